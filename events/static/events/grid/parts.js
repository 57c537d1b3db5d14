// Small pieces of the page, built without markup in strings.
"use strict";

/** An element: make("p", { class: "small", "data-x": 1, hidden: false }, "text", node, null). */
export const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== false && child !== ""));
  return node;
};

/** Text for those who hear the page. */
export const unseen = (text) => make("span", { class: "kern-sr-only" }, text);

/** Set what differs only: a live region speaks at each change, and a select closes. */
export const write = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** Replace the content of a node if what it is made of has changed. */
export const refill = (node, signature, build) => {
  const now = JSON.stringify(signature);
  if (node.dataset.of === now) return;
  node.dataset.of = now;
  node.replaceChildren(...build());
};
