// The programme of the board, kept as the state says: entries are filled, moved, added and taken out in place.
"use strict";

import { compareNames, listEntries } from "./entries.js";
import { dayOf, make, say, sayClock, sayDay, sayWhen } from "./words.js";

const FRESH_MS = 15 * 60_000; // so long a change is marked
const TOLD = 3; // so many changes at once are read out one by one

const groupBy = (entries, keyOf) => {
  const groups = new Map();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(entry);
  }
  return groups;
};

const setText = (card, name, text) => {
  for (const place of card.querySelectorAll(`[data-${name}]`)) {
    if (place.textContent !== text) place.textContent = text;
    const line = place.closest("p");
    if (line && name !== "title") line.hidden = !text;
  }
};

const BLANK = "00000000-0000-0000-0000-000000000000";

const makeCard = (id) => {
  const card = document.getElementById("live-card").content.firstElementChild.cloneNode(true);
  card.id = `slot-${id}`;
  card.dataset.card = id;
  for (const form of card.querySelectorAll("form")) {
    for (const name of ["action", "next"]) {
      const place = name === "action" ? form : form.elements.next;
      const attribute = name === "action" ? "action" : "value";
      place.setAttribute(attribute, place.getAttribute(attribute).replace(BLANK, id));
    }
  }
  for (const link of card.querySelectorAll("a")) link.href = link.getAttribute("href").replace(BLANK, id);
  return card;
};

const fillCard = (card, entry, { zone, byRoom, now }) => {
  const span = `${sayClock(entry.starts, zone)}–${sayClock(entry.ends, zone)}`;
  setText(card, "title", entry.title);
  setText(card, "place", byRoom ? span : entry.room);
  setText(card, "hosts", entry.hosts.join(" · "));
  setText(card, "summary", entry.summary);
  const isFresh = Boolean(entry.changed) && now - Date.parse(entry.changed) < FRESH_MS;
  setText(card, "changed", isFresh ? say("changed", { at: sayClock(entry.changed, zone) }) : "");
  card.classList.toggle("slot-fresh", isFresh);
  card.classList.toggle("board-break", entry.isBreak);
  if (entry.isBreak) for (const part of card.querySelectorAll("form, .slot-note")) part.remove();
  card.classList.toggle("slot-now", Date.parse(entry.starts) <= now && now < Date.parse(entry.ends));
  card.classList.toggle("slot-past", Date.parse(entry.ends) <= now);
};

const headingOf = (entry, { zone, byRoom }) => (byRoom ? entry.room || "–" : `${sayClock(entry.starts, zone)}–${sayClock(entry.ends, zone)}`);

const makeDay = (day, entries, groupKey, cards, how) => {
  const heading = make("h2", "programme-day");
  heading.id = `tag-${day}`;
  const date = make("time", "", sayDay(entries[0].starts, how.zone));
  date.dateTime = day;
  heading.append(date);
  const bands = make("ol", "bands");
  for (const group of groupBy(entries, groupKey).values()) {
    const band = make("li", "band");
    const slots = make("ul", "slots");
    slots.append(...group.map((entry) => cards.get(entry.id)));
    band.append(make("h3", "band-time", headingOf(group[0], how)), slots);
    bands.append(band);
  }
  return [heading, bands];
};

/** Draw the state into the programme; what has its focus keeps it. ``byRoom``: room after room. */
export const drawProgramme = (programme, state, { byRoom, now }) => {
  const how = { zone: state.event.time_zone, byRoom, now };
  const listed = listEntries(state).filter((entry) => !byRoom || !entry.isBreak);
  const entries = byRoom ? [...listed].sort((one, other) => compareNames(one.room, other.room)) : listed;
  const cards = new Map([...programme.querySelectorAll("[data-card]")].map((card) => [card.dataset.card, card]));
  for (const entry of entries) {
    if (!cards.has(entry.id)) cards.set(entry.id, makeCard(entry.id));
    fillCard(cards.get(entry.id), entry, how);
  }
  const order = JSON.stringify(entries.map((entry) => [entry.id, dayOf(entry.starts, how.zone), headingOf(entry, how)]));
  if (programme.dataset.order === order) return;
  programme.dataset.order = order;
  const focused = document.activeElement;
  const days = [...groupBy(entries, (entry) => dayOf(entry.starts, how.zone))].sort(([one], [other]) => (one < other ? -1 : 1));
  const groupKey = byRoom ? (entry) => entry.room : (entry) => `${entry.starts} ${entry.ends}`;
  programme.replaceChildren(...days.flatMap(([day, group]) => makeDay(day, group, groupKey, cards, how)));
  if (focused !== document.activeElement && programme.contains(focused)) focused.focus({ preventScroll: true });
};

/** What a change means for readers at that time, in a sentence; empty for what they need not be told. */
export const tellChange = (change, state, before, now) => {
  if (change.kind !== "session") return "";
  const find = (from) => listEntries(from).find((entry) => entry.id === change.subject);
  const [was, is] = [find(before), find(state)];
  if (!is) return was ? say("removed", { title: was.title }) : "";
  const zone = state.event.time_zone;
  const place = [is.room, `${sayWhen(is.starts, zone, now)}–${sayClock(is.ends, zone)}`].filter(Boolean).join(", ");
  if (!was) return say("added", { title: is.title, place });
  if (was.room !== is.room || was.starts !== is.starts || was.ends !== is.ends) return say("moved", { title: is.title, place });
  return was.title !== is.title || was.hosts.join() !== is.hosts.join() ? say("reworded", { title: is.title }) : "";
};

/** The same for all that became different between two states: where no stream told of it. */
export const tellDifference = (state, before, now) => {
  const subjects = new Set([...before.cards, ...state.cards].map((card) => card.id));
  const told = [...subjects].map((subject) => tellChange({ kind: "session", subject }, state, before, now)).filter(Boolean);
  return told.length > TOLD ? say("several") : told.join(" ");
};
