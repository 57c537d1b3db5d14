// The sentences of the page, in its language.
"use strict";

const held = JSON.parse(document.getElementById("door-words").textContent);

/** A sentence with its values: say("noted", { name: "…" }). */
export const say = (key, values = {}) =>
  (held[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

export const has = (key) => key in held;
