// Places with two versions, each with buttons to keep one of them.
"use strict";

import { findClashes, settleClash } from "./merging.js";

const button = (words, act) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "kern-btn kern-btn--secondary";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = words;
  made.append(label);
  made.addEventListener("click", act);
  return made;
};

/** Shows the clashes of ``text`` in ``root``; ``settled`` gets the text without the one that was decided. */
export const showClashes = (root, text, words, settled) => {
  const clashes = findClashes(text);
  const shown = JSON.stringify(clashes.map((clash) => text.split("\n").slice(clash.start, clash.end + 1)));
  if (root.dataset.shown === shown) return;
  root.dataset.shown = shown;
  root.hidden = !clashes.length;
  root.replaceChildren(
    ...clashes.map((clash, place) => {
      const part = document.createElement("div");
      const title = document.createElement("p");
      title.textContent = words.clash;
      const settle = (keep) => () => {
        const now = settled.read();
        const same = findClashes(now)[place];
        if (same) settled.write(settleClash(now, same, keep));
      };
      const lines = text.split("\n");
      const told = [lines.slice(clash.start + 1, clash.middle), lines.slice(clash.middle + 1, clash.end)].map((version, which) => {
        const box = document.createElement("div");
        const quote = document.createElement("blockquote");
        quote.textContent = version.join("\n");
        box.append(quote, button(words.keep.replace("NAME", clash.names[which] || String(which + 1)), settle(which)));
        return box;
      });
      part.append(title, ...told, button(words.both, settle("both")));
      return part;
    }),
  );
};
