// The public board follows the event; without this file it is the same page, as of when it was opened.
"use strict";

import { follow } from "../live.js";
import { keepOffline, keepState } from "./keep.js";
import { drawNear, drawNotices } from "./near.js";
import { drawProgramme, tellChange } from "./programme.js";
import { say, sayClock } from "./words.js";

const TICK_MS = 5000;

const page = document.querySelector("[data-board]");
const find = (name) => document.querySelector(`[data-${name}]`);
const byRoom = page.dataset.by === "room";

const placeProgramme = () => {
  if (find("programme")) return find("programme");
  const made = document.createElement("div");
  made.className = "programme board";
  made.dataset.programme = "";
  find("empty").replaceWith(made);
  return made;
};

const draw = (state) => {
  const now = link.now();
  if (state.cards.length || find("programme")) drawProgramme(placeProgramme(), state, { byRoom, now });
  drawNotices(document, state, now);
  if (state.stream) drawNear(document, state, now);
  const near = find("near");
  if (near) near.hidden = !state.stream;
};

const tellConnection = (how, state) => {
  const place = find("connection");
  const at = state ? sayClock(state.now, state.event.time_zone) : "–";
  const words = { ok: "ok", slow: "slow", calm: "before", lost: "lost" };
  const isOver = state?.live && Date.parse(state.live.ends) <= link.now();
  place.textContent = state?.event.status === "cancelled" ? say("cancelled_event") : how === "calm" && (isOver || !state.live) ? "" : say(words[how], { at });
  place.dataset.how = how;
};

const link = follow({
  stand: page.dataset.stand,
  onState: (state, { kept }) => {
    draw(state);
    if (!kept) keepState(page.dataset.stand, state);
  },
  onChange: (change, state, before) => {
    draw(state);
    const text = tellChange(change, state, before);
    if (text) find("last").textContent = text;
    keepState(page.dataset.stand, { ...state, now: new Date(link.now()).toISOString() });
  },
  onLost: tellConnection,
});
setInterval(() => link.state && draw(link.state), TICK_MS);
keepOffline(page.dataset.worker, page.dataset.stand);
