// On a phone: one room, or one band at a time; and the tray as a sheet over the lower half.
"use strict";

import { countFree } from "./obstacles.js";
import { make, refill } from "./parts.js";
import { count, joined, say } from "./words.js";

/** { settle(plan, hand, bands of the day): what of the table is shown, showTray(open) }. */
export const createNarrow = (page, times, onChange) => {
  const screen = window.matchMedia("(max-width: 47.99rem)");
  const part = (name) => page.querySelector(`[data-${name}]`);
  const [walk, choice, tray, opener, closer] = ["walk", "choice", "tray", "open-tray", "close-tray"].map(part);
  const axes = [...page.querySelectorAll("[data-axis]")];
  let [axis, room, band] = ["room", "", ""];

  const showTray = (open) => {
    if (!screen.matches) return;
    const had = tray.contains(document.activeElement);
    tray.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", String(open));
    if (open) closer.focus();
    else if (had) {
      opener.focus({ preventScroll: true });
      walk.scrollIntoView({ block: "start" });
    }
  };

  const fillChoice = (plan, hand, bands) => {
    const items = axis === "room" ? plan.rooms : bands;
    const here = axis === "room" ? room : band;
    const nameOf = (item) => (axis === "room" ? item.name : times.span(item));
    const freeIn = (item) => (axis === "room" ? countFree(plan, hand, [item], bands) : countFree(plan, hand, plan.rooms, [item]));
    const options = items.map((item) => [item.id, joined([nameOf(item), count(freeIn(item), "one_free", "many_free")], " · ")]);
    refill(choice, [axis, options], () => options.map(([value, text]) => make("option", { value }, text)));
    choice.value = here;
  };

  const settle = (plan, hand, shown) => {
    const bands = shown.filter((each) => !each.is_break);
    walk.hidden = !screen.matches;
    if (!plan.rooms.some((each) => each.id === room)) room = plan.rooms[0]?.id ?? "";
    if (!bands.some((each) => each.id === band)) band = bands[0]?.id ?? "";
    for (const button of axes) button.setAttribute("aria-pressed", String(button.dataset.axis === axis));
    if (screen.matches) fillChoice(plan, hand, bands);
    return { axis: screen.matches ? axis : "", room, band };
  };

  const choose = (value) => {
    if (axis === "room") room = value;
    else band = value;
    onChange();
  };

  for (const button of axes) {
    button.addEventListener("click", () => {
      axis = button.dataset.axis;
      onChange();
    });
  }
  for (const button of page.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      const values = [...choice.options].map((option) => option.value);
      const next = values.indexOf(choice.value) + Number(button.dataset.step);
      choose(values[(next + values.length) % values.length]);
    });
  }
  choice.addEventListener("change", () => choose(choice.value));
  opener.addEventListener("click", () => showTray(!tray.classList.contains("open")));
  closer.addEventListener("click", () => showTray(false));
  tray.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && tray.classList.contains("open")) showTray(false);
  });
  screen.addEventListener("change", onChange);
  return { settle, showTray };
};
