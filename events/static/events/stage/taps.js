// Taps on stage and wall without a new page. Without this file the forms do it alone.
"use strict";

import { newKey } from "../grid/queue.js";
import { follow } from "../live.js";

const RETRY_MS = 2000;
const SPREAD_MS = { all: 300, line: 4000 }; // many who watch do not ask at the same moment
const SELDOM = 4; // so many times less often is asked what is told anyway
const said = document.querySelector("[data-said]");
const region = () => document.querySelector("[data-taps]");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let sending = Promise.resolve();
let waiting = 0;
let isPressed = false;

// What is sent again has its key, so a lost answer does no harm: it is sent until there is one.
const post = async (address, data) => {
  for (;;) {
    try {
      const answer = await fetch(address, { method: "POST", body: data });
      if (answer.status < 500) return answer;
    } catch {
      // no connection
    }
    said.textContent = said.dataset.offline;
    await pause(RETRY_MS);
  }
};

const show = (text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.querySelector("[data-taps]");
  if (!fresh) return null;
  const held = document.activeElement;
  const inside = region().contains(held) && held.name ? `[name="${held.name}"][value="${CSS.escape(held.value)}"]` : "";
  region().replaceWith(document.adoptNode(fresh));
  if (inside) region().querySelector(inside)?.focus({ preventScroll: true });
  return page;
};

const say = (page) => {
  const words = [...page.querySelectorAll(".messages .message")].map((each) => each.textContent.trim());
  said.textContent = words.join(" ");
  document.querySelector(".messages")?.remove();
  const problem = region().querySelector("[role='alert']");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus();
  } else if (words.length) said.scrollIntoView({ block: "nearest" });
};

const send = async (address, data) => {
  const answer = await post(address, data);
  waiting -= 1;
  if (!waiting) isPressed = false;
  const text = await answer.text();
  const page = waiting ? null : show(text);
  if (page) {
    if (answer.redirected) history.replaceState(null, "", answer.url);
    say(page);
  } else if (!waiting) location.assign(answer.redirected ? answer.url : location.href);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!region() || !form.matches("[data-tap]")) return;
  event.preventDefault();
  const counts = form.dataset.tap === "count";
  // Pressed twice is once; hands that are still on their way are sent before.
  if (isPressed && !counts) return;
  const data = new FormData(form, event.submitter);
  // Each tap of a count is one of its own, though the page has not come back yet.
  if (counts) {
    data.set("key", newKey());
    const shown = form.querySelector("[data-count]");
    shown.textContent = String(Math.max(0, Number(shown.textContent) + Number(event.submitter.value)));
  } else {
    isPressed = true;
    event.submitter?.setAttribute("aria-busy", "true");
  }
  waiting += 1;
  const address = form.getAttribute("action") || location.pathname;
  sending = sending.then(() => send(address, data));
});

const isTyping = () =>
  [...region().querySelectorAll("input:not([type=hidden]), select")].some(
    (field) => field === document.activeElement || (field.type === "text" && field.value !== field.defaultValue),
  );

// What others do is fetched when it is told or every few seconds, but never under the fingers of whoever types.
const refresh = async () => {
  const held = region();
  if (document.hidden || waiting || isTyping()) return;
  const address = new URL(location.href);
  address.searchParams.set("stand", held.dataset.stand);
  address.hash = "";
  try {
    const answer = await fetch(address);
    if (answer.status !== 200 || answer.redirected) return;
    const text = await answer.text();
    if (!waiting && !isTyping() && held.isConnected) show(text);
  } catch {
    // no connection: the next time
  }
};

const lineOf = ({ stage }) => JSON.stringify([stage?.on_stage?.id, stage?.waiting]);

// ``hears``: "all" changes, or those of the "line": who only watches is not shown each hand.
const keepUp = ({ every, hears, live }) => {
  let [isTold, due, ticks] = [false, 0, 0];
  const hear = (state, before) => {
    if (!before || (hears === "line" && lineOf(state) === lineOf(before))) return;
    due ||= setTimeout(() => { due = 0; refresh(); }, Math.random() * SPREAD_MS[hears]);
  };
  follow({
    stand: live,
    onState: (state, { before }) => hear(state, before),
    onChange: (_change, state, before) => hear(state, before),
    onLost: (how) => { isTold = how === "ok"; },
  });
  setInterval(() => {
    ticks += 1;
    if (!isTold || ticks % SELDOM === 0) refresh();
  }, Number(every) * 1000);
};
if (region()) keepUp(region().dataset);
