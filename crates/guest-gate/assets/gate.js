// The page works without this. With it, times are the reader's own, it counts down, and it goes in by itself.
"use strict";
(() => {
  const served = Number(document.body.dataset.now) * 1000;
  const drift = served - Date.now();
  // Two minutes cannot be the network's.
  if (Math.abs(drift) > 120000) document.getElementById("clock").hidden = false;

  const time = document.querySelector("time[data-opens]");
  if (!time) return;
  const opens = Number(time.dataset.opens) * 1000;
  const local = document.querySelector(".local");
  const zone = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeStyle: "short" });
  local.textContent = `${zone.format(opens)} (${local.dataset.label})`;
  local.hidden = false;
  document.querySelector(".script").hidden = false;

  const countdown = document.querySelector(".countdown");
  countdown.hidden = false;
  const two = (number) => String(number).padStart(2, "0");
  const tick = () => {
    const left = Math.ceil((opens - (Date.now() + drift)) / 1000);
    if (left <= 0) {
      // Not all at once: a large meeting opens for many.
      setTimeout(() => location.reload(), Math.random() * 2000);
      return;
    }
    const days = Math.floor(left / 86400);
    const clock = `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
    countdown.textContent = days > 0 ? `${days} + ${clock}` : clock;
    setTimeout(tick, 1000);
  };
  tick();
})();
