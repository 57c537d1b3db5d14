// The way through the table and the tray by keyboard: one stop each, arrows inside (WAI-ARIA: grid, roving tabindex).
"use strict";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const cellsOf = (row) => [...row.querySelectorAll("td[data-room]")];
const rowsOf = (table) => [...table.querySelectorAll("tbody tr")].filter((row) => cellsOf(row).length);
const within = (list, index) => list[Math.max(0, Math.min(list.length - 1, index))];

const inTable = (button, event) => {
  const cell = button.closest("td");
  const rows = rowsOf(button.closest("table"));
  const [row, column] = [rows.indexOf(cell.parentElement), cellsOf(cell.parentElement).indexOf(cell)];
  const whole = event.ctrlKey || event.metaKey;
  if (event.key === "Home") return within(cellsOf(whole ? rows[0] : rows[row]), 0);
  if (event.key === "End") return within(cellsOf(whole ? rows.at(-1) : rows[row]), Infinity);
  const [down, right] = STEPS[event.key];
  const beside = down > 0 ? button.nextElementSibling : button.previousElementSibling;
  if (down && beside?.matches("button")) return beside;
  return within(cellsOf(within(rows, row + down)), column + right);
};

const inList = (button, event) => {
  const buttons = [...button.closest("ul").querySelectorAll("button")];
  if (event.key === "Home") return buttons[0];
  if (event.key === "End") return buttons.at(-1);
  const [down, right] = STEPS[event.key];
  return within(buttons, buttons.indexOf(button) + (down || right));
};

/** { settle(): keep one stop in each part, and the focus where it was; keep(key): remember what has it }. */
export const walkByKeys = (table, list) => {
  const active = new Map([[table, ""], [list, ""]]);
  let focused = "";

  const stopsOf = (root) => [...root.querySelectorAll("[data-focus]")];
  const find = (key) => [table, list].flatMap(stopsOf).find((button) => button.dataset.focus === key);

  const settle = (wanted = "") => {
    const target = (wanted || (!document.activeElement || document.activeElement === document.body)) && find(wanted || focused);
    if (target) target.focus({ preventScroll: !wanted });
    for (const root of [table, list]) {
      const stops = stopsOf(root);
      const stop = stops.find((button) => button.dataset.focus === active.get(root)) ?? stops[0];
      for (const button of stops) button.tabIndex = button === stop ? 0 : -1;
    }
  };

  for (const root of [table, list]) {
    root.addEventListener("focusin", (event) => {
      const key = event.target.dataset.focus;
      if (!key) return;
      focused = key;
      active.set(root, key);
      settle();
    });
    root.addEventListener("keydown", (event) => {
      const button = event.target.closest("[data-focus]");
      if (!button || event.altKey || !(event.key in STEPS || ["Home", "End"].includes(event.key))) return;
      event.preventDefault();
      const next = root === table ? inTable(button, event) : inList(button, event);
      (next.matches("button") ? next : next.querySelector("button")).focus();
    });
  }
  // The focus has gone elsewhere of its own accord: nothing brings it back.
  document.addEventListener("focusin", (event) => {
    if (!event.target.dataset.focus) focused = "";
  });
  return { settle };
};
