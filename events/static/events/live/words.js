// Sentences and times in the language of the page and the time zone of the event.
"use strict";

const WORDS = JSON.parse(document.getElementById("live-words").textContent);

/** The wording of that name, with ``%(name)s`` filled in. */
export const say = (name, values = {}) => WORDS[name].replace(/%\((\w+)\)s/g, (_, key) => values[key] ?? "");

const known = new Map();
const formatOf = (zone, options) => {
  const key = JSON.stringify([zone, options]);
  if (!known.has(key)) known.set(key, new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, ...options }));
  return known.get(key);
};

/** „10:45“ of an ISO time or milliseconds. */
export const sayClock = (moment, zone) => formatOf(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));

/** „Freitag, 12. März 2027“. */
export const sayDay = (moment, zone) => formatOf(zone, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(new Date(moment));

/** „10:45“; on another day than ``now`` is, „Sa., 13. März, 10:45“. */
export const sayWhen = (moment, zone, now) => {
  const clock = sayClock(moment, zone);
  if (dayOf(moment, zone) === dayOf(now, zone)) return clock;
  return `${formatOf(zone, { weekday: "short", day: "numeric", month: "long" }).format(new Date(moment))}, ${clock}`;
};

/** „2027-03-12“, the day it is there. */
export const dayOf = (moment, zone) => {
  const parts = Object.fromEntries(formatOf(zone, { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
};

/** An element with text. */
export const make = (tag, className = "", text = "") => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};
