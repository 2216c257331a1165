// Conveniences; every page works without them.

"use strict";

document.documentElement.classList.add("scripted");
const words = document.documentElement.dataset;

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = (await copy(source.textContent)) || copySelected(source);
    status.textContent = done ? words.copied : words.copyByHand;
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard over plain HTTP, or no permission.
    return false;
  }
}

function copySelected(source) {
  getSelection().selectAllChildren(source);
  return document.execCommand("copy");
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Times are by the clocks of the page; who lives elsewhere sees their own beside it.
const usual = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
const local = new Intl.DateTimeFormat(document.documentElement.lang, { ...usual, timeZoneName: "short" });
const bare = (date, timeZone) => new Intl.DateTimeFormat("en", { ...usual, timeZone }).format(date);

function isElsewhere(date, zone) {
  try {
    return bare(date, zone || "UTC") !== bare(date);
  } catch {
    // A zone that this browser does not know.
    return true;
  }
}

function tellOwnTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const date = new Date(time.dateTime);
    const zone = time.closest("[data-zone]")?.dataset.zone;
    if (!Number.isNaN(date.getTime()) && !time.closest("[data-no-own-time]") && isElsewhere(date, zone)) {
      const own = document.createElement("span");
      own.className = "own-time";
      own.textContent = `${local.format(date)} ${words.ownTime}`;
      time.parentElement.append(own);
    }
  }
}
tellOwnTimes(document);

// Where the browser is, unless something is there; the issuer cannot know. An end that was worked out without it follows.
for (const zone of document.querySelectorAll("[data-own-zone]")) {
  if (zone.value === "") {
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
    const end = zone.form.querySelector("[data-in]");
    if (end) {
      end.value = asField(new Date(Date.now() + end.dataset.in * 1000));
    }
  }
}

function asField(date) {
  const here = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, 16);
}

// An end before the start was left over from another day.
for (const start of document.querySelectorAll("#start")) {
  start.addEventListener("change", () => {
    const end = document.getElementById("until");
    if (start.value !== "" && end.value <= start.value) {
      end.value = asField(new Date(new Date(start.value).getTime() + 3_600_000));
    }
  });
}

// The page does not know yet whose clocks are meant, and the browser does.
for (const form of document.querySelectorAll("[data-zone-unknown]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && form.zone.value === "") {
    form.zone.value = zone;
    form.submit();
  }
}

// What the form would make, while somebody types.
for (const form of document.querySelectorAll("[data-preview]")) {
  const shown = form.querySelector(".preview");
  let turn = 0;
  let timer = 0;
  const ask = async () => {
    const mine = ++turn;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.preview, { method: "POST", body });
      const text = answer.ok ? await answer.text() : "";
      if (mine === turn) {
        shown.innerHTML = text;
        tellOwnTimes(shown);
      }
    } catch {
      // Away for a moment; the form says all of it once it is sent.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 250);
  });
}

// Ten thousand links take some seconds.
for (const form of document.querySelectorAll("[data-busy]")) {
  const busy = form.querySelector(".busy");
  form.addEventListener("submit", () => {
    busy.hidden = false;
  });
  // Back from the next page, or a file was downloaded: it is over.
  addEventListener("pageshow", () => {
    busy.hidden = true;
  });
}
