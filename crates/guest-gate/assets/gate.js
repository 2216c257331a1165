// The pages work without this, but for links with their token in the fragment, which only a browser sees.
// Nothing is shown before it has put in what it has to say, so that nothing moves later.
"use strict";
(() => {
  const { classList } = document.documentElement;
  classList.add("js");
  const show = () => classList.add("ready");

  // Not all at once: a large meeting opens for many.
  const again = () => setTimeout(() => location.reload(), Math.random() * 2000);

  function clock(drift) {
    // Two minutes cannot be the network's.
    if (Math.abs(drift) > 120000) document.getElementById("clock").hidden = false;
  }

  function countDown(drift) {
    const time = document.querySelector("time[data-opens]");
    if (!time) return;
    const opens = Number(time.dataset.opens) * 1000;
    const local = document.querySelector(".local");
    local.textContent = `${own(opens)} (${local.dataset.label})`;
    local.hidden = false;
    document.querySelector(".script").hidden = false;
    const countdown = document.querySelector(".countdown");
    countdown.hidden = false;
    const two = (number) => String(number).padStart(2, "0");
    const tick = () => {
      const left = Math.ceil((opens - (Date.now() + drift)) / 1000);
      if (left <= 0) return again();
      const days = Math.floor(left / 86400);
      const clock = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
      countdown.textContent = days > 0 ? `${days} + ${clock}` : clock;
      setTimeout(tick, 1000);
    };
    tick();
  }

  const own = (millis) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" }).format(millis);

  function retry() {
    if ("retry" in document.body.dataset) setTimeout(again, 15000);
  }

  // Our guest's new link.
  function invited() {
    const time = document.querySelector("time[data-local]");
    if (time) time.textContent = own(Number(time.dataset.local) * 1000);
    const button = document.getElementById("copy");
    if (!button) return;
    const made = document.getElementById("made");
    button.hidden = false;
    button.addEventListener("click", async () => {
      made.select();
      const copied = await navigator.clipboard.writeText(made.value).then(() => true, () => document.execCommand("copy"));
      if (copied) document.getElementById("copied").textContent = button.dataset.copied;
    });
  }

  // Jitsi's page has opened this window and waits for what its own login would say (`tokenAuthInline`).
  function handOn() {
    const { token } = document.body.dataset;
    if (!token) return;
    if (!opener) return location.replace(document.getElementById("back").href);
    opener.postMessage({ type: "oauth-success", accessToken: token }, location.origin);
  }

  // The token is sent in a body, where no log has it; then the same address is served, and the browser still has the rest.
  async function enter() {
    if (!/[#&]jwt=/.test(location.hash) || "lookedAt" in document.body.dataset) return;
    const body = new URLSearchParams({ link: location.href });
    const answer = await fetch("/roompass/gate/fragment", { method: "POST", body, credentials: "same-origin" });
    if (answer.status === 204) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector("main")) return;
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    document.body.replaceWith(document.adoptNode(page.body));
    start();
  }

  function start() {
    const drift = Number(document.body.dataset.now) * 1000 - Date.now();
    clock(drift);
    countDown(drift);
    retry();
    invited();
    handOn();
  }

  document.addEventListener("DOMContentLoaded", () => {
    // Whoever has a fragment need not read that they have no link, unless the gate is slow to say so.
    setTimeout(show, location.hash ? 1500 : 0);
    start();
    enter().catch(() => {}).finally(show);
  });
})();
