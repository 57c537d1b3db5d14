// What a state shows, in the order it is read: sessions and breaks with the names of their rooms.
"use strict";

import { say } from "./words.js";

const compare = (one, other) => (one < other ? -1 : Number(one > other));

/** „Raum 2“ before „Raum 10“. */
export const compareNames = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;

/** Entries by time, then room and title: { id, title, hosts, summary, room, starts, ends, changed, isBreak }. */
export const listEntries = (state) => {
  const names = new Map(state.rooms.map((room) => [room.id, room.name]));
  const cards = state.cards.map((card) => ({ ...card, room: names.get(card.room) ?? "", isBreak: false }));
  const breaks = cards.length
    ? state.bands.filter((band) => band.is_break).map((band) => ({ id: band.id, title: band.label || say("break"), hosts: [], summary: "", room: "", starts: band.starts, ends: band.ends, changed: null, isBreak: true }))
    : [];
  return [...cards, ...breaks].sort((one, other) =>
    compare(one.starts, other.starts) || compare(one.ends, other.ends) || compareNames(one.room, other.room) || one.title.localeCompare(other.title));
};
