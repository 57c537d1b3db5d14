// What the page shows: the last result large, who was found, and the last scans of this device.
"use strict";

import { say } from "./words.js";

const LOGGED = 12;

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
};

const clockIn = (zone) => {
  const format = new Intl.DateTimeFormat(document.documentElement.lang || "de", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return (text) => (Number.isNaN(Date.parse(text)) ? "" : format.format(new Date(text)));
};

/** ``does``: { checkIn(person), undo(key) }. */
export const createShow = (page, does) => {
  const part = (name) => page.querySelector(`[data-${name}]`);
  const [line, box, text, undo] = ["connection", "result", "result-text", "undo-last"].map(part);
  const clock = clockIn(page.dataset.zone);
  let undoes = "";
  undo.addEventListener("click", () => does.undo(undoes));

  const foundRow = (person) => {
    const inside = make("div", {}, make("strong", {}, person.name), person.affiliation && make("span", { class: "muted" }, person.affiliation));
    const state = make("span", { class: "badge" }, say(`state_${person.state}`));
    if (person.state === "in") return make("li", {}, inside, state);
    if (person.state !== "seat") return make("li", {}, inside, state, page.dataset.seats && make("a", { href: `?q=${encodeURIComponent(person.name)}` }, say("seat")));
    const label = make("span", { class: "kern-label" }, say("check_in"), make("span", { class: "kern-sr-only" }, `: ${person.name}`));
    const button = make("button", { type: "button", class: "kern-btn kern-btn--primary" }, label);
    button.addEventListener("click", () => {
      part("found").replaceChildren();
      part("search-form").reset();
      does.checkIn(person);
    });
    return make("li", {}, inside, button);
  };

  const logRow = (scan) => {
    const waits = scan.back ? { text: say("undo_noted", { name: scan.name }) } : scan.seen;
    const shown = scan.back || !scan.answer ? { ...waits, kind: "waits" } : scan.answer;
    const words = make("span", { "data-kind": shown.kind }, shown.text || say("noted_unknown"));
    return make("li", {}, make("time", { datetime: scan.at }, clock(scan.at)), words);
  };

  return {
    connection: (how, waiting) => {
      const waits = waiting ? say(waiting === 1 ? "waits_one" : "waits_many", { n: waiting }) : "";
      const state = { ok: "", same: "", lost: say("offline"), signed_out: say("signed_out"), odd: say("odd") }[how];
      const words = [state, waits].filter(Boolean).join(" ");
      line.hidden = !words;
      line.dataset.how = how === "lost" ? "offline" : how;
      if (line.textContent !== words) line.textContent = words;
    },
    /** ``key``: what a tap on „undo“ takes back. */
    result: (seen, key = "") => {
      box.hidden = false;
      box.dataset.kind = seen.kind;
      text.textContent = seen.text || say("noted_unknown");
      undoes = key;
      undo.hidden = !key;
    },
    counts: (counts) => {
      document.querySelector("[data-door-counts]").textContent = say("counts", counts);
    },
    found: (people, isWhole) => {
      part("found").replaceChildren(...people.map(foundRow));
      const words = people.length ? "" : say("none_found");
      part("found-text").textContent = [words, isWhole ? "" : say("few_offline")].filter(Boolean).join(" ");
      part("found-text").hidden = !part("found-text").textContent;
    },
    log: (scans) => {
      part("log-part").hidden = !scans.length;
      part("log").replaceChildren(...scans.slice(-LOGGED).reverse().map(logRow));
    },
    filming: (isOn, words = "") => {
      part("view").hidden = !isOn;
      part("start").hidden = isOn;
      part("camera-text").textContent = words;
    },
  };
};
