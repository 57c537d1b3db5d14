// The list of what waits on this device, and of what was not accepted, with what can be done about it.
"use strict";

const group = (presses) => {
  const counted = new Map();
  for (const { what } of presses) counted.set(what, (counted.get(what) ?? 0) + 1);
  return [...counted].map(([what, n]) => (n > 1 ? `${what} (${n})` : what));
};

const fill = (item, what, why) => {
  item.querySelector("[data-what]").textContent = what;
  item.querySelector("[data-why]").textContent = why;
  for (const of of item.querySelectorAll("[data-of]")) of.textContent = `: ${what}`;
  return item;
};

/** { draw(presses), end(presses) }; ``does``: { again(key), drop(key), leave() for where to go on once it is gone }. */
export const openWaits = (place, does) => {
  const make = () => place.querySelector("template").content.firstElementChild.cloneNode(true);
  const list = place.querySelector("ul");
  const ours = { odd: place.dataset.odd, old: place.dataset.old };

  const makeRefused = (press) => {
    const item = fill(make(), press.what, ours[press.problem] ?? press.problem);
    for (const name of ["again", "drop"]) item.querySelector(`[data-${name}]`).addEventListener("click", () => does[name](press.key));
    return item;
  };

  const makePlain = (what, why) => {
    const item = fill(make(), what, why);
    for (const button of item.querySelectorAll("button")) button.remove();
    return item;
  };

  const show = (items) => {
    const text = items.map((item) => item.outerHTML).join("");
    if (list.dataset.drawn === text) return;
    const isInside = place.contains(document.activeElement);
    list.replaceChildren(...items);
    list.dataset.drawn = text;
    place.hidden = !items.length;
    // A button goes with its line: whoever pressed it by keyboard goes on from the heading.
    if (isInside && items.length) place.querySelector("h2").focus();
    else if (isInside) does.leave();
  };

  return {
    draw: (presses) => {
      const refused = presses.filter((press) => press.problem);
      const waiting = group(presses.filter((press) => !press.problem));
      show([...refused.map(makeRefused), ...waiting.map((what) => makePlain(what, place.dataset.waits))]);
    },
    /** The right to press has ended: what was not sent is read here once more. */
    end: (presses) => show(group(presses).map((what) => makePlain(what, place.dataset.unsent))),
  };
};
