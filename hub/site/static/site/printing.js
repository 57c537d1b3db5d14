// Asks how far the PDF of a collection is, and says so. Without this file there is a link that asks.
"use strict";

const EVERY = 4000;
const said = document.querySelector("[data-print-status]");
const rest = document.querySelector("[data-print-rest]");

const show = (page) => {
  const text = page.querySelector("[data-print-status]").textContent;
  if (said.textContent !== text) said.textContent = text;
  const bar = page.querySelector("progress");
  if (bar) {
    document.querySelector("progress").value = bar.value;
    return true;
  }
  const held = rest.contains(document.activeElement);
  rest.replaceChildren(...page.querySelector("[data-print-rest]").childNodes);
  if (held) rest.querySelector("a, button").focus();
  return false;
};

const ask = async () => {
  let waiting = true;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.status === 404) {
      location.reload();
      return;
    }
    if (answer.ok) waiting = show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // No network just now: it is asked again.
  }
  if (waiting) setTimeout(ask, EVERY);
};

if (said && document.querySelector("progress")) {
  document.querySelector("[data-print-by-itself]").hidden = false;
  setTimeout(ask, EVERY);
}
