// The projector: large, for hours, by itself. It goes by the server's time and finds its way back after sleep.
"use strict";

import { follow } from "../live.js";
import { drawNear, drawNotices } from "./near.js";
import { make, say, sayClock } from "./words.js";

const page = document.querySelector("[data-projector]");
const find = (name) => page.querySelector(`[data-${name}]`);
const WAITING = 3;

const drawStage = (stage) => {
  const place = find("stage");
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
  page.classList.toggle("is-crowded", find("now").children.length + find("next").children.length > 10);
};

const drawClock = () => {
  const state = link.state;
  if (!state) return;
  const [place, now] = [find("clock"), link.now()];
  place.textContent = sayClock(now, state.event.time_zone);
  place.dateTime = new Date(now).toISOString();
  draw(state);
};

const link = follow({
  stand: page.dataset.stand,
  onState: () => drawClock(),
  onChange: (_change, state) => draw(state),
  onLost: (how, state) => {
    find("connection").textContent = how === "lost" && state ? say("lost", { at: sayClock(state.now, state.event.time_zone) }) : "";
  },
});
setInterval(drawClock, 1000);
navigator.wakeLock?.request("screen").catch(() => {});
document.addEventListener("visibilitychange", () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {}));
