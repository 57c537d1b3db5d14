// The projector: large, for hours, by itself. It goes by the server's time and finds its way back after sleep.
"use strict";

import { follow } from "../live.js";
import { keepOffline, keepState } from "./keep.js";
import { drawNear, drawNotices } from "./near.js";
import { make, say, sayClock, sayWhen } from "./words.js";

const page = document.querySelector("[data-projector]");
const find = (name) => page.querySelector(`[data-${name}]`);
const WAITING = 3;
const KEEP_MS = 60_000;
// Sizes of the writing, in hundredths of the screen's shorter side; where many rooms run, lists have columns.
const SIZES = { roomy: [5, 4.4, 3.9, 3.4, 3], crowded: [3, 2.8, 2.6, 2.4, 2.2, 2, 1.8] };

// As large as all of it fits on the screen; on a phone it scrolls instead.
const fit = () => {
  const isWall = innerWidth >= 960;
  page.classList.toggle("is-wall", isWall);
  page.classList.remove("is-crowded");
  if (!isWall) return;
  for (const [how, sizes] of Object.entries(SIZES)) {
    page.classList.toggle("is-crowded", how === "crowded");
    for (const size of sizes) {
      page.style.setProperty("--size", `${size}vmin`);
      if (page.offsetHeight <= innerHeight) return;
    }
  }
};

const drawStage = (stage) => {
  const place = find("stage");
  const fresh = JSON.stringify(stage);
  if (place.dataset.drawn === fresh) return undefined;
  place.dataset.drawn = fresh;
  const isShown = Boolean(stage && (stage.on_stage || stage.waiting.length));
  place.hidden = !isShown;
  if (!isShown) return place.replaceChildren();
  const lines = [];
  const line = (label, pitch) => {
    const made = make("p", "projector-pitch");
    made.append(make("span", "near-time", label), " ", make("strong", "near-title", pitch.title), " ", make("span", "near-hosts", pitch.caller));
    lines.push(made);
    return made;
  };
  if (stage.on_stage) {
    const made = line(say("on_stage"), stage.on_stage);
    made.classList.add("is-on-stage");
    if (stage.on_stage.hands !== null) made.append(" ", make("span", "near-room", say("hands", { n: stage.on_stage.hands })));
  }
  for (const pitch of stage.waiting.slice(0, WAITING)) line(say("then"), pitch);
  return place.replaceChildren(...lines);
};

const draw = (state) => {
  const now = link.now();
  drawNear(page, state, now);
  drawNotices(page, state, now);
  drawStage(state.stage);
};

const setText = (place, text) => {
  if (place.textContent !== text) place.textContent = text;
};

const drawClock = () => {
  const state = link.state;
  if (!state) return;
  const [place, now] = [find("clock"), link.now()];
  setText(place, sayClock(now, state.event.time_zone));
  place.dateTime = new Date(now).toISOString();
  draw(state);
};

const keep = () => link.state && keepState(page.dataset.stand, { ...link.state, now: new Date(link.asOf).toISOString() });

const link = follow({
  stand: page.dataset.stand,
  onState: (_state, { kept }) => {
    drawClock();
    if (!kept) keep();
  },
  onChange: (_change, state) => {
    draw(state);
    keep();
  },
  onLost: (how, _state, asOf) => {
    const at = sayWhen(asOf ?? page.dataset.made, page.dataset.zone, link.now());
    setText(find("connection"), how === "lost" ? say("lost", { at }) : "");
  },
});
new MutationObserver(fit).observe(page, { childList: true, subtree: true });
addEventListener("resize", fit);
fit();
setInterval(drawClock, 1000);
setInterval(keep, KEEP_MS);
keepOffline(page.dataset.worker, page.dataset.stand);

const stayAwake = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});
stayAwake();
document.addEventListener("visibilitychange", stayAwake);
