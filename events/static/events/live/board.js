// The public board follows the event; without this file it is the same page, as of when it was opened.
"use strict";

import { follow } from "../live.js";
import { keepOffline, keepState } from "./keep.js";
import { drawNear, drawNotices } from "./near.js";
import { drawProgramme, tellChange, tellDifference } from "./programme.js";
import { say, sayWhen } from "./words.js";

const TICK_MS = 5000;
const KEEP_MS = 60_000; // what is kept says of which time it is, though nothing changes

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

// What is kept has no stream, and the day goes on without a network.
const isOn = ({ live }, now) => Boolean(live) && Date.parse(live.starts) <= now && now < Date.parse(live.ends);

const draw = (state) => {
  const now = link.now();
  if (state.cards.length || find("programme")) drawProgramme(placeProgramme(), state, { byRoom, now });
  drawNotices(document, state, now);
  const near = find("near");
  near.hidden = !isOn(state, now);
  if (!near.hidden) drawNear(document, state, now);
};

const HOW = { ok: "ok", slow: "slow", calm: "before", lost: "lost" };

const tellConnection = (how, state, asOf) => {
  const place = find("connection");
  const isOver = state?.live && Date.parse(state.live.ends) <= link.now();
  // Before there is a state, the page itself is what is shown: it says when it was made.
  const at = sayWhen(asOf ?? page.dataset.made, page.dataset.zone, link.now());
  place.dataset.how = how;
  if (state?.event.status === "cancelled") place.textContent = say("cancelled_event");
  else if (how === "calm" && (isOver || !state.live)) place.textContent = "";
  else place.textContent = say(HOW[how], { at });
};

const announce = (text) => {
  if (text) find("last").textContent = text;
};

const keep = () => link.state && keepState(page.dataset.stand, { ...link.state, now: new Date(link.asOf).toISOString() });

const link = follow({
  stand: page.dataset.stand,
  onState: (state, { kept, before }) => {
    draw(state);
    if (before) announce(tellDifference(state, before, link.now()));
    if (!kept) keep();
  },
  onChange: (change, state, before) => {
    draw(state);
    announce(tellChange(change, state, before, link.now()));
    keep();
  },
  onLost: tellConnection,
});
setInterval(() => link.state && draw(link.state), TICK_MS);
setInterval(keep, KEEP_MS);
keepOffline(page.dataset.worker, page.dataset.stand);
