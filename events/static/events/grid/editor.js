// The editor of the plan. Whoever has no scripts moves sessions by the forms behind each of them.
"use strict";

import { createBar } from "./bar.js";
import { createDays } from "./days.js";
import { allowDragging } from "./drag.js";
import { walkByKeys } from "./keys.js";
import { createNarrow } from "./narrow.js";
import { countFree, findObstacle, wordObstacle } from "./obstacles.js";
import { foresee, readPlan } from "./plan.js";
import { keepTogether } from "./sync.js";
import { createTable } from "./table.js";
import { createTray } from "./tray.js";
import { count, joined, say, timesIn } from "./words.js";

const FRESH_MS = 8000;

const page = document.querySelector("[data-grid]");
const part = (name) => page.querySelector(`[data-${name}]`);
const [tableRoot, trayRoot, dialog] = ["table", "tray", "swap"].map(part);
const first = JSON.parse(document.getElementById("grid-stand").textContent);
const times = timesIn(first.event.time_zone);

let handId = "";
let aim = null;
let refusal = null;
let offer = null;
const fresh = new Map();

const bar = createBar(part("bar"));
const table = createTable(tableRoot, times);
const sync = keepTogether(page, first, { redraw: () => redraw(), done, refused, moved });
const keys = walkByKeys(tableRoot, part("list"));
const narrow = createNarrow(page, times, () => redraw());
const days = createDays(part("days"), times, () => redraw());
const tray = createTray(trayRoot, times, () => redraw());

const planNow = () => readPlan(foresee(sync.stand, sync.commands));
const find = (id) => planNow().sessions.get(id);
const severalDays = () => !part("days").hidden;
const wordPlace = (room, starts) => joined([planNow().roomOf.get(room)?.name, severalDays() && times.day(starts), times.clock(starts)]);
const wordWhere = (session) => (session.placement ? wordPlace(session.placement.room, session.placement.starts) : say("the_tray"));

function redraw(focus = "") {
  const plan = planNow();
  const hand = plan.sessions.get(handId) ?? null;
  const wrong = sync.commands.find((command) => command.stuck);
  const blocked = new Set([...(refusal?.blocks ?? []), ...(wrong?.stuck.blocks ?? [])]);
  const bands = days.settle(plan);
  const view = { hand, aim, refusal, blocked, fresh, bands, ...narrow.settle(plan, hand, bands) };
  page.classList.toggle("has-hand", Boolean(hand));
  table.draw(plan, view);
  tray.draw(plan, view);
  bar.draw(view, sync);
  keys.settle(focus);
}

// In hand

function pick(id) {
  const [plan, session] = [planNow(), find(id)];
  [handId, refusal, aim] = [id, null, null];
  narrow.showTray(false);
  bar.alert("");
  const free = count(countFree(plan, session, plan.rooms, plan.bands), "one_goes", "many_go");
  bar.say(joined([say("in_hand", { title: session.title, place: wordWhere(session) }), free], " "));
}

function letGo() {
  const id = handId;
  [handId, refusal, aim] = ["", null, null];
  bar.alert("");
  if (id) bar.say(say("let_go_of", { title: find(id)?.title ?? "" }));
  redraw(id && `session:${id}`);
}

function order(wish, note) {
  const session = find(wish.session);
  const seen = { seen: session?.version, seen_other: find(wish.other)?.version };
  [handId, refusal, aim] = ["", null, null];
  bar.alert("");
  bar.say(sync.connection === "ok" ? "" : say("kept", { what: note }));
  sync.order({ ...wish, ...seen, note });
  redraw(session && `session:${session.id}`);
}

function put(room, starts) {
  const plan = planNow();
  const session = plan.sessions.get(handId);
  const obstacle = findObstacle(plan, session, room, plan.stand.bands.find((band) => band.starts === starts));
  if (obstacle?.kind === "same") return letGo();
  if (obstacle?.kind === "taken") return offerSwap(session, obstacle.blocks);
  if (obstacle) return showObstacle(plan, room, starts, obstacle);
  const note = say("note_place", { title: session.title, place: wordPlace(room, starts) });
  return order({ do: "place", session: session.id, room, starts }, note);
}

function putAway() {
  const session = find(handId);
  if (!session?.placement) return letGo();
  return order({ do: "remove", session: session.id }, say("note_remove", { title: session.title }));
}

function showObstacle(plan, room, starts, obstacle) {
  return showRefusal(room, starts, wordObstacle(plan, obstacle, times), obstacle.blocks.map((other) => other.id));
}

function showRefusal(room, starts, text, blocks) {
  refusal = { room, starts, text, blocks };
  bar.alert(text);
  if (starts) days.show(starts);
  redraw();
  tableRoot.querySelector(".grid-refusal")?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function offerSwap(session, others) {
  const [other] = others;
  if (others.length > 1) {
    const { room, starts } = other.placement;
    return showRefusal(room, starts, say("several_there"), others.map((each) => each.id));
  }
  offer = { session: session.id, other: other.id };
  const swaps = Boolean(session.placement);
  const values = { title: session.title, other: other.title, place: wordWhere(other), from: wordWhere(session) };
  part("swap-text").textContent = say(swaps ? "swap_places" : "swap_tray", values);
  dialog.returnValue = "";
  return dialog.showModal();
}

function swap() {
  const [session, other] = [find(offer.session), find(offer.other)];
  order({ do: "swap", ...offer }, say("note_swap", { title: session.title, other: other.title }));
}

// What comes back

function done(command, body) {
  bar.say(body.text);
}

function refused(command, body) {
  const session = sync.stand.sessions.find((each) => each.id === command.session);
  const place = command.room ? command : (session?.placement ?? {});
  if (!command.waited && !handId && session) handId = session.id;
  if (command.waited) bar.alert("");
  else showRefusal(place.room, place.starts, body.text, body.blocks ?? []);
}

function moved(sessions, changes) {
  for (const session of sessions) {
    fresh.set(session.id, Date.now());
    setTimeout(() => fresh.delete(session.id) && redraw(), FRESH_MS);
  }
  bar.tellOthers(changes);
  if (!handId) return;
  const held = sync.stand.sessions.find((session) => session.id === handId);
  if (!held || held.state !== "accepted") {
    handId = "";
    bar.alert(say("hand_gone"));
  } else if (sessions.some((session) => session.id === handId)) {
    bar.alert(say("hand_moved", { title: held.title, place: wordWhere(held) }));
  }
}

function undo() {
  const last = sync.commands.at(-1);
  if (last && (last.stuck || !last.tried)) {
    bar.say(say("dropped", { what: last.note }));
    return sync.drop(last);
  }
  if (last) return bar.say(say("undo_waits"));
  const { can_undo: change } = sync.stand;
  return change ? order({ do: "undo", number: change.number }, say("note_undo", { text: change.text })) : undefined;
}

function redo() {
  const { can_redo: change } = sync.stand;
  if (change && !sync.commands.length) order({ do: "undo", number: change.number }, say("note_redo", { text: change.text }));
}

// Hands on the page

function swapInCell(session, { room, starts }) {
  const plan = planNow();
  const obstacle = findObstacle(plan, find(handId), room, plan.stand.bands.find((band) => band.starts === starts));
  if (obstacle && obstacle.kind !== "taken") return showObstacle(plan, room, starts, obstacle);
  return offerSwap(find(handId), [session]);
}

function touchSession(id, cell) {
  const session = find(id);
  if (!session) return;
  if (id === handId) return letGo();
  if (handId && cell) return swapInCell(session, cell.dataset);
  const target = aim;
  pick(id);
  if (target) return put(target.room, target.starts);
  return redraw();
}

function touchCell(room, starts) {
  if (handId) return put(room, starts);
  aim = aim?.room === room && aim.starts === starts ? null : { room, starts };
  if (aim) {
    bar.say(say("aimed_at", { place: wordPlace(room, starts) }));
    narrow.showTray(true);
  }
  return redraw();
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const cell = event.target.closest("td[data-room]");
  const byKeyboard = event.detail === 0;
  if (button?.dataset.session) {
    touchSession(button.dataset.session, cell);
    if (byKeyboard && !cell && handId) tableRoot.querySelector(".grid-free.goes, .grid-free")?.focus();
  } else if (cell) touchCell(cell.dataset.room, cell.dataset.starts);
});
part("release").addEventListener("click", letGo);
part("remove").addEventListener("click", putAway);
part("undo").addEventListener("click", undo);
part("redo").addEventListener("click", redo);
part("drop").addEventListener("click", () => sync.drop(sync.commands.find((command) => command.stuck)));
part("retry").addEventListener("click", () => sync.retry(sync.commands.find((command) => command.stuck)));
dialog.addEventListener("close", () => (dialog.returnValue === "swap" ? swap() : redraw()));
tableRoot.addEventListener("keydown", (event) => {
  const by = { PageUp: -1, PageDown: 1 }[event.key];
  if (!by || !severalDays()) return;
  event.preventDefault();
  if (!days.step(by)) return;
  bar.say(part("days").querySelector("[aria-pressed=true]").textContent);
  tableRoot.querySelector("td[data-room] button")?.focus();
});
document.addEventListener("keydown", (event) => {
  const writes = event.target.closest("input, select, textarea");
  if (event.key === "Escape" && !dialog.open && (handId || aim)) letGo();
  const pressed = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || writes || !["z", "y"].includes(pressed)) return;
  event.preventDefault();
  if (pressed === "y" || event.shiftKey) redo();
  else undo();
});
allowDragging(page, tableRoot, {
  pick: (id) => {
    pick(id);
    redraw();
  },
  over: (node) => {
    const day = node?.closest("[data-day]");
    if (day) days.choose(day.dataset.day);
  },
  drop: (node) => {
    const cell = node?.closest("td[data-room]");
    if (cell) put(cell.dataset.room, cell.dataset.starts);
    else if (node?.closest("[data-tray]")) putAway();
    else letGo();
  },
  release: letGo,
});

document.querySelector("[data-plain]").remove();
page.hidden = false;
redraw();
sync.start();
