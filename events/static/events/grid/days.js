// A plan of several days: one of them is shown, the others are a button away.
"use strict";

import { make, refill } from "./parts.js";

/** { settle(plan): the bands and breaks of the day that is shown, show(instant), step(by): true if there is another }. */
export const createDays = (root, times, onChange) => {
  let [days, day] = [[], times.dayKey(Date.now())];

  const settle = (plan) => {
    const first = new Map();
    for (const band of plan.stand.bands) if (!first.has(times.dayKey(band.starts))) first.set(times.dayKey(band.starts), band.starts);
    days = [...first.keys()];
    if (!days.includes(day)) [day] = days;
    root.hidden = days.length < 2;
    refill(root, days, () => days.map((key) => make("button", { type: "button", "data-day": key }, times.day(first.get(key)))));
    for (const button of root.children) button.setAttribute("aria-pressed", String(button.dataset.day === day));
    return plan.stand.bands.filter((band) => times.dayKey(band.starts) === day);
  };

  const choose = (key) => {
    if (key === day) return;
    day = key;
    onChange();
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-day]");
    if (button) choose(button.dataset.day);
  });
  return {
    settle,
    show: (instant) => choose(times.dayKey(instant)),
    choose,
    step: (by) => {
      const next = days[days.indexOf(day) + by];
      if (next) choose(next);
      return Boolean(next);
    },
  };
};
