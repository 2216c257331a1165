// Conveniences; every page works without them.

"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = (await copy(source.textContent)) || copySelected(source);
    status.textContent = done ? "Copied" : "Press Ctrl+C or ⌘C to copy it";
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

// Times are in UTC; who lives elsewhere sees their own beside it.
const local = new Intl.DateTimeFormat(undefined, {
  weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
const isElsewhere = (date) => !Number.isNaN(date.getTime()) && date.getTimezoneOffset() !== 0;

for (const time of document.querySelectorAll("time[datetime]")) {
  const date = new Date(time.dateTime);
  if (isElsewhere(date)) {
    const own = document.createElement("span");
    own.className = "own-time";
    own.textContent = `${local.format(date)} where you are`;
    time.parentElement.append(own);
  }
}

// Where the browser is, unless something was typed; the issuer cannot know.
for (const zone of document.querySelectorAll("[data-own-zone]")) {
  zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

for (const hint of document.querySelectorAll("[data-local-for]")) {
  const field = document.getElementById(hint.dataset.localFor);
  const tell = () => {
    const date = new Date(`${field.value}Z`);
    hint.textContent = isElsewhere(date) ? `${local.format(date)} where you are` : "";
  };
  field.addEventListener("input", tell);
  tell();
}
