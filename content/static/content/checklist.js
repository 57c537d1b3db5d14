// Remembers the ticks of a training path in this browser. Ticking and printing work without this file.
"use strict";

for (const list of document.querySelectorAll("[data-checklist]")) {
  const key = `checklist:${list.dataset.checklist}`;
  const boxes = [...list.querySelectorAll("[data-step]")];
  const progress = list.querySelector("[data-checklist-progress]");
  let store = null;
  try {
    store = window.localStorage;
  } catch {
    // The browser keeps nothing: the ticks last as long as the page.
  }

  const read = () => {
    try {
      const kept = JSON.parse((store && store.getItem(key)) || "[]");
      return new Set(Array.isArray(kept) ? kept : []);
    } catch {
      return new Set();
    }
  };
  const keep = () => {
    const done = boxes.filter((box) => box.checked).map((box) => box.dataset.step);
    try {
      if (!store) return;
      if (done.length) store.setItem(key, JSON.stringify(done));
      else store.removeItem(key);
    } catch {
      // Full or forbidden: nothing is lost that was promised to others.
    }
  };
  const count = () => {
    const done = boxes.filter((box) => box.checked).length;
    progress.textContent = progress.dataset.text.replace("DONE", done).replace("ALL", boxes.length);
  };

  const known = read();
  for (const box of boxes) {
    box.checked = known.has(box.dataset.step);
    box.addEventListener("change", () => {
      keep();
      count();
    });
  }
  list.querySelector("[data-checklist-reset]").addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    keep();
    count();
    if (boxes.length) boxes[0].focus();
  });
  list.querySelector("[data-checklist-state]").hidden = false;
  list.querySelector("[data-checklist-stored]").hidden = !store;
  count();
}
