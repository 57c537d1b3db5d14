// The sentences of the page, in its language; and times in the event's own zone.
"use strict";

const held = JSON.parse(document.getElementById("grid-words").textContent);
const language = document.documentElement.lang || "de";

/** A sentence with its values: say("let_go_of", { title: "…" }). */
export const say = (key, values = {}) =>
  (held[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** One or many: count(2, "lost_one", "lost_many"). */
export const count = (n, one, many, values = {}) => say(n === 1 ? one : many, { n, ...values });

export const joined = (parts, mark = ", ") => parts.filter(Boolean).join(mark);

/** What formats the instants of an event: { clock, span, day, dayKey }. */
export const timesIn = (zone) => {
  const format = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  const clocks = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const days = format({ weekday: "long", day: "numeric", month: "long" });
  const keys = new Intl.DateTimeFormat("sv", { timeZone: zone, dateStyle: "short" });
  const clock = (instant) => clocks.format(new Date(instant));
  return {
    clock,
    span: (part) => `${clock(part.starts)}–${clock(part.ends)}`,
    day: (instant) => days.format(new Date(instant)),
    dayKey: (instant) => keys.format(new Date(instant)),
  };
};
