// The check-in: every scan is kept first, then sent; the server's answer replaces what this device foresaw.
"use strict";

import { canFilm, openCamera } from "./camera.js";
import { openServerTime, watchClock } from "./clock.js";
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
const UNREADABLE = 400;
const OFTEN = 3; // a server that says so often that it cannot read a scan will not take it

const page = document.querySelector("[data-door]");
const part = (name) => page.querySelector(`[data-${name}]`);
const people = openPeople(page.dataset.event);
const queue = openQueue(page.dataset.event, () => draw());
const server = openServerTime(page.dataset.event);
const clock = watchClock((ms) => {
  queue.shift(ms);
  server.shift(ms);
});
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
    const { hash, back } = held.get(answer.key) ?? {};
    queue.settle(answer.key, { kind: kindOf(answer), text: answer.text, result: answer.result });
    if (back) continue;
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
  for (let held = queue.waiting(); held.length; held = queue.waiting()) {
    // What is taken back has arrived before, and is so before the same badge is scanned again.
    const backAt = held.findIndex((each) => each.back);
    const atOnce = held[0].tries ? 1 : AT_ONCE; // one that may not be read does not hold up the others
    const part = held.slice(0, Math.min(atOnce, backAt < 0 ? held.length : backAt + 1));
    if (!(await sendPart(part.filter((each) => !each.answer)))) return;
    const [back] = part.filter((each) => each.back);
    if (back && !(await sendBack(back))) return;
  }
}

/** A scan that the server does not accept again and again is set aside, to be read among the last ones. */
function setAside(entry) {
  const text = say(entry.name ? "set_aside" : "set_aside_unknown", { name: entry.name });
  if (queue.refuse(entry.key, OFTEN, { kind: "stop", text })) show.result({ kind: "stop", text });
}

async function sendPart(scans) {
  if (!scans.length) return true;
  if (navigator.onLine) queue.leave(scans.map((each) => each.key));
  const sent = await sendScans(page, clock.now(), scans);
  note(sent);
  if (sent.how !== "ok") {
    const last = queue.waiting().find((each) => each.key === lastKey && !each.back);
    if (last) show.result(last.seen, last.key);
    if (sent.status === UNREADABLE) setAside(scans[0]);
    return false;
  }
  take(sent.body.answers);
  show.counts(sent.body.counts);
  return true;
}

/** Whether the server knows; a check-in it does not have needs no taking back. */
async function sendBack(entry) {
  const sent = await takeBack(page, entry.key);
  const isUnknown = sent.status === 404;
  note(isUnknown ? { ...sent, how: "ok" } : sent);
  if (sent.status === UNREADABLE) setAside(entry);
  if (sent.how !== "ok" && !isUnknown) return false;
  if (sent.body) show.counts(sent.body.counts);
  queue.drop(entry.key);
  return true;
}

function note(got) {
  how = got.how === "same" ? "ok" : got.how;
  clock.now(); // a jump of the clock is seen before the server's time is reckoned by it
  server.tell(got.date);
  if (how === "signed_out") forget();
}

// The event is over, or this phone is no longer for it: names do not stay, what waits is sent by whoever comes next.
function forget() {
  people.forget();
  forgetDoors(page.dataset.event);
}

async function refresh() {
  const got = await fetchPeople(page, people.etag);
  note(got);
  if (server.now() > Date.parse(page.dataset.until)) forget();
  else if (got.how === "ok") people.keep(got.body.people, got.etag);
  for (const each of queue.waiting()) if (each.hash && !each.back) people.mark(each.hash, "in");
  draw();
}

async function undo(key) {
  await sending;
  const entry = queue.list().find((each) => each.key === key);
  if (!entry) return;
  if (entry.hash) people.mark(entry.hash, "seat");
  // Sent once, it may be there though its answer was lost: the server is told as well.
  if (entry.answer || entry.sent) {
    queue.back(key);
    await send();
  } else queue.drop(key);
  const isTold = !queue.list().some((each) => each.key === key);
  show.result({ kind: "again", text: say(isTold ? "undone" : "undo_noted", { name: entry.name }) });
  draw();
}

async function find(words) {
  if (isCode(words) || people.find(await digestOf(words))) {
    part("search-form").reset();
    return scan(words);
  }
  const got = how === "ok" ? await searchPeople(page, words) : { how: "lost" };
  note(got);
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
  note({ how: "lost" });
  draw();
});
setInterval(() => (queue.waiting().length ? send() : null), AGAIN_MS);
setInterval(() => (how === "ok" ? null : refresh()), AGAIN_MS * 2);
setInterval(refresh, FRESH_MS);
draw();
await refresh();
await send();
await keepPage(page.dataset.worker, [page.dataset.decoder]);
