// The check-in: every scan is kept first, then sent; the server's answer replaces what this device foresaw.
"use strict";

import { canFilm, openCamera } from "./camera.js";
import { watchClock } from "./clock.js";
import { forgetDoors } from "./held.js";
import { keepPage } from "./offline.js";
import { digestOf, isCode, nameOf, openPeople } from "./people.js";
import { openQueue } from "./queue.js";
import { fetchPeople, searchPeople, sendScans, takeBack } from "./server.js";
import { createShow } from "./show.js";
import { say } from "./words.js";

const AT_ONCE = 100;
const AGAIN_MS = 4000;
const FRESH_MS = 45_000;

const page = document.querySelector("[data-door]");
const part = (name) => page.querySelector(`[data-${name}]`);
const people = openPeople(page.dataset.event);
const queue = openQueue(page.dataset.event, () => draw());
const clock = watchClock((ms) => queue.shift(ms));
const show = createShow(page, { checkIn: (person) => scan(`#${person.hash}`, person.name), undo });

let how = navigator.onLine ? "ok" : "lost";
let sending = null;
let lastKey = "";

function draw() {
  show.connection(how, queue.waiting().length);
  show.log(queue.list());
}

function foresee(person, name, digest) {
  if (digest === "") return { kind: "stop", text: say("no_badge") };
  if (!person) return { kind: "noted", text: name ? say("noted", { name }) : say("noted_unknown") };
  const called = name || nameOf(person);
  if (person.state === "in") return { kind: "again", text: say("seen_here", { name: called }) };
  if (person.state === "seat") return { kind: "noted", text: say("noted", { name: called }) };
  return { kind: "stop", text: say(person.state, { name: called }) };
}

async function scan(badge, name = "") {
  const digest = await digestOf(badge);
  const person = digest ? people.find(digest) : null;
  const seen = foresee(person, name, digest);
  if (digest === "") return show.result(seen);
  const kept = queue.add({ badge: digest ? `#${digest}` : badge, at: clock.now(), hash: digest ?? "", name: name || (person ? nameOf(person) : ""), seen });
  lastKey = kept.key;
  if (person?.state === "seat") people.mark(digest, "in");
  if (how !== "ok") show.result(seen, kept.key);
  navigator.vibrate?.(seen.kind === "stop" ? [80, 60, 80] : 60);
  draw();
  return send();
}

const kindOf = (answer) => (["in", "again"].includes(answer.result) ? answer.result : "stop");

function take(answers) {
  const held = new Map(queue.list().map((each) => [each.key, each]));
  for (const answer of answers) {
    const { hash } = held.get(answer.key) ?? {};
    queue.settle(answer.key, { kind: kindOf(answer), text: answer.text, result: answer.result });
    if (hash && ["in", "again"].includes(answer.result)) people.mark(hash, "in");
    if (answer.key === lastKey) show.result({ kind: kindOf(answer), text: answer.text }, answer.result === "in" ? answer.key : "");
  }
}

function send() {
  sending ??= sendAll().finally(() => {
    sending = null;
    draw();
  });
  return sending;
}

async function sendAll() {
  let scans = queue.waiting().slice(0, AT_ONCE);
  while (scans.length) {
    const sent = await sendScans(page, clock.now(), scans);
    note(sent.how);
    if (sent.how !== "ok") {
      const last = queue.waiting().find((each) => each.key === lastKey);
      if (last) show.result(last.seen, last.key);
      return;
    }
    take(sent.body.answers);
    show.counts(sent.body.counts);
    scans = queue.waiting().slice(0, AT_ONCE);
  }
}

function note(went) {
  how = went === "same" ? "ok" : went;
  if (how === "signed_out") forget();
}

// The event is over, or this phone is no longer for it: names do not stay, what waits is sent by whoever comes next.
function forget() {
  people.forget();
  forgetDoors(page.dataset.event);
}

async function refresh() {
  if (Date.now() > Date.parse(page.dataset.until)) forget();
  const got = await fetchPeople(page, people.etag);
  note(got.how);
  if (got.how === "ok") people.keep(got.body.people, got.etag);
  for (const each of queue.waiting()) if (each.hash) people.mark(each.hash, "in");
  draw();
}

async function undo(key) {
  await sending; // whether it has arrived is known then
  const entry = queue.list().find((each) => each.key === key);
  if (!entry) return;
  if (entry.answer) {
    const back = await takeBack(page, key);
    note(back.how);
    if (back.how !== "ok") return show.result({ kind: "stop", text: say("undo_later") }, key);
    show.counts(back.body.counts);
  }
  if (entry.hash) people.mark(entry.hash, "seat");
  queue.drop(key);
  show.result({ kind: "again", text: say("undone", { name: entry.name }) });
  draw();
}

async function find(words) {
  if (isCode(words) || people.find(await digestOf(words))) {
    part("search-form").reset();
    return scan(words);
  }
  const got = how === "ok" ? await searchPeople(page, words) : { how: "lost" };
  note(got.how);
  const isWhole = got.how === "ok";
  show.found(isWhole ? got.body.people : people.search(words), isWhole);
  return draw();
}

part("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = event.target.elements.q;
  if (field.value.trim()) find(field.value.trim());
});

const camera = openCamera(part("video"), page.dataset.decoder, (text) => scan(text));
part("camera").hidden = !canFilm();
part("start").addEventListener("click", async () => {
  try {
    show.filming(true);
    await camera.start();
  } catch (error) {
    camera.stop();
    show.filming(false, say(error.name === "NotAllowedError" ? "camera_refused" : "camera_none"));
  }
});
part("stop").addEventListener("click", () => {
  camera.stop();
  show.filming(false);
});
window.addEventListener("online", () => send());
window.addEventListener("offline", () => {
  note("lost");
  draw();
});
setInterval(() => (queue.waiting().length ? send() : null), AGAIN_MS);
setInterval(() => (how === "ok" ? null : refresh()), AGAIN_MS * 2);
setInterval(refresh, FRESH_MS);
draw();
await refresh();
await send();
await keepPage(page.dataset.worker, [page.dataset.decoder]);
