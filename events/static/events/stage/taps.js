// Taps on stage and wall without a new page, kept until they have arrived. Without this file the forms do it alone.
"use strict";

import { forgetDoors } from "../door/held.js";
import { keepPage } from "../door/offline.js";
import { newKey } from "../grid/queue.js";
import { follow } from "../live.js";
import { carry, clear, hasDraft, isWritten, openDrafts } from "./drafts.js";
import { forgetOld, openPresses } from "./presses.js";
import { openWaits } from "./waits.js";

const SOON_MS = 1500; // what waits longer is listed
const SPREAD_MS = { all: 300, line: 4000 }; // many who watch do not ask at the same moment
const SELDOM = 4; // so many times less often is asked what is told anyway
const said = document.querySelector("[data-said]");
const region = () => document.querySelector("[data-taps]");
const page = region()?.dataset ?? {};
const drafts = openDrafts(`stage-draft:${page.event}:${page.who}:${location.pathname}`, page.made);
let waits = null;
let presses = null;
let isOver = false;
let unsaid = []; // refusals among answers that are not shown

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

// A page that is kept on the device is opened more than once: each view has keys of its own.
const renewKeys = () => {
  for (const field of region().querySelectorAll("[data-tap] [name=key]")) field.value = newKey();
};

const show = (shown) => {
  const fresh = shown.querySelector("[data-taps]");
  if (!fresh || !carry(region(), fresh)) return false;
  const held = document.activeElement;
  const named = held.name ? `[name="${held.name}"][value="${CSS.escape(held.value)}"]` : "";
  const inside = region().contains(held) && (held.id ? `#${held.id}` : named);
  const before = region();
  before.replaceWith(document.adoptNode(fresh));
  renewKeys();
  if (!isWritten(before)) drafts.restore(region());
  if (inside) region().querySelector(inside)?.focus({ preventScroll: true });
  return true;
};

const say = (shown) => {
  const words = [...shown.querySelectorAll(".messages .message")].map((each) => each.textContent.trim());
  said.textContent = [...unsaid, ...words].join(" ");
  document.querySelector(".messages")?.remove();
  const problem = region().querySelector("[role='alert']");
  if (problem) {
    problem.tabIndex = -1;
    problem.focus();
  } else if (words.length) said.scrollIntoView({ block: "nearest" });
};

// Only the last answer is shown, and not over a card that is being written; says whether a refusal can be read.
const answered = (answer, isLast) => {
  const isRefused = answer.status >= 400;
  if (!isLast) return false;
  if (isRefused && hasDraft(region())) {
    said.textContent = "";
    return false;
  }
  const shown = parse(answer.text);
  const isShown = show(shown);
  if (isShown) {
    if (answer.redirected) history.replaceState(null, "", answer.url);
    if (isRefused) drafts.keep(region(), true);
  } else if (!isRefused && !shown.querySelector("[data-taps]")) location.assign(answer.url);
  else renewKeys();
  for (const button of region().querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  say(shown);
  return isShown && Boolean(region().querySelector("[role='alert']"));
};

const changed = () => {
  if (!isOver) waits.draw(presses.list());
};

const tell = {
  answered,
  changed: () => (document.querySelector("[data-waits]").hidden && presses.waiting().length ? null : changed()),
  refused: (what) => {
    unsaid.push(`${said.dataset.refused} ${what}.`);
    said.textContent = unsaid.join(" ");
  },
  lost: () => {
    said.textContent = said.dataset.offline;
    changed();
  },
  moved: (address) => location.assign(address),
  unknown: () => {
    said.textContent = said.dataset.unknown;
    document.querySelector("[data-way]").hidden = false;
    changed();
  },
  other: () => {
    said.textContent = said.dataset.other;
    changed();
  },
  ended: (unsent) => {
    isOver = true;
    drafts.forget();
    forgetDoors(page.event);
    said.textContent = said.dataset.ended;
    waits.end(unsent);
  },
};

const nameOf = (form, submitter) => {
  const { title, session } = form.elements;
  const typed = form.dataset.tap === "write" && (title.value.trim() || session?.selectedOptions?.[0]?.textContent);
  const inHand = form.matches(".wall-times") && region().querySelector(".wall-hand h2")?.textContent;
  const words = submitter?.textContent.trim().replace(/\s+/g, " ");
  return [typed || inHand, words].filter(Boolean).join(": ");
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!presses || !region() || !form.matches("[data-tap]")) return;
  const kind = form.dataset.tap;
  // Pressed twice is once: a form that was just sent is empty.
  if (isOver || (kind === "write" && presses.waiting().length && !hasDraft(form))) {
    event.preventDefault();
    return;
  }
  unsaid = [];
  const data = new FormData(form, event.submitter);
  const what = nameOf(form, event.submitter);
  // Each tap of a count is one of its own, though the page has not come back yet.
  if (kind === "count") {
    data.set("key", newKey());
    const shown = form.querySelector("[data-count]");
    shown.textContent = String(Math.max(0, Number(shown.textContent) + Number(event.submitter.value)));
  } else event.submitter?.setAttribute("aria-busy", "true");
  data.delete("csrfmiddlewaretoken");
  try {
    presses.add({ address: form.getAttribute("action") || location.pathname, data: [...data], what });
  } catch {
    return; // Nothing more can be kept here: the browser sends the form itself.
  }
  event.preventDefault();
  if (kind === "write") {
    clear(form);
    form.elements.key.value = newKey();
    drafts.keep(region());
  }
  setTimeout(changed, SOON_MS);
});

const isTyping = () =>
  [...region().querySelectorAll("input:not([type=hidden]), select")].some((field) => field === document.activeElement);

// What others do is fetched when it is told or every few seconds, but never under the fingers of whoever types.
const refresh = async () => {
  const held = region();
  const isBusy = () => isOver || presses?.waiting().length || isTyping();
  if (document.hidden || isBusy()) return;
  const address = new URL(location.href);
  address.searchParams.set("stand", held.dataset.stand);
  address.hash = "";
  try {
    const answer = await fetch(address);
    if (answer.status !== 200 || answer.redirected) return;
    const text = await answer.text();
    if (!isBusy() && held.isConnected) show(parse(text));
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

const keepPresses = () => {
  forgetOld(page.made, page.who);
  waits = openWaits(document.querySelector("[data-waits]"), {
    again: (key) => { presses.again(key); changed(); },
    drop: (key) => { presses.drop(key); changed(); },
    leave: () => said.focus({ preventScroll: true }),
  });
  presses = openPresses(page, tell);
  drafts.restore(region());
  document.addEventListener("input", (event) => region().contains(event.target) && drafts.keep(region()));
  changed();
  presses.flush();
  keepPage(page.worker, []);
};

if (region()) {
  renewKeys();
  if (page.who) keepPresses();
  keepUp(page);
}
