// Writing a note together: saves by itself, takes in what others write, and goes on without a connection.
// Without this file the form is sent as a whole, and the server merges it.
"use strict";

import { replaceText } from "./caret.js";
import { showClashes } from "./clashes.js";
import { openKeeper } from "./keeping.js";
import { merge } from "./merging.js";

const SAVE_AFTER_MS = 900;
const POLL_EVERY_MS = 3000;
const TRY_AGAIN_MS = 3000;
const [REFUSED, GONE] = [403, 404];

const write = (form) => {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const [field, said, who, problem, signIn, clashes] = ["text", "said", "who", "problem", "sign-in", "clashes"].map(part);
  const words = form.dataset;
  const keeper = openKeeper(words.keptAs);
  let base = Number(form.elements.base.value);
  let baseText = field.defaultValue;
  let pending = null;
  let sending = false;
  let composing = false;
  let timer = 0;
  let etag = "";

  const isDirty = () => pending !== null || field.value !== baseText;
  const keep = () => (isDirty() ? keeper.write({ base, baseText, text: field.value, pending }) : keeper.clear());
  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const say = (text) => {
    if (said.textContent !== text) said.textContent = text;
  };
  const complain = (text) => {
    problem.textContent = text;
    problem.hidden = !text;
  };
  const lookForClashes = () =>
    showClashes(clashes, field.value, words, {
      read: () => field.value,
      write: (text) => {
        field.value = text;
        typed();
        field.focus();
      },
    });

  /** Version ``version`` with ``text`` stands on the server; ``mine`` is what it knows of this field already. */
  const takeIn = ({ version, text }, mine) => {
    const merged = merge(mine, text, field.value, [words.others, words.name]);
    base = version;
    baseText = text;
    replaceText(field, merged.text, merged.from);
    keep();
    lookForClashes();
  };

  const end = () => {
    keep();
    location.reload(); // The page shows what was not saved any more, to be copied.
  };

  /** Nothing is saved here any more: what is typed stays, to be copied. */
  const shut = (status) => {
    if (field.readOnly) return;
    field.readOnly = true;
    etag = "";
    keep();
    say("");
    complain(status === GONE ? words.gone : words.refused);
  };
  const goOn = () => {
    field.readOnly = false;
    complain("");
    later(0);
  };
  const isShut = (status) => status === GONE || status === REFUSED;

  const look = () => fetch(words.state, { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });

  /** Once an input method has put in what it composes: until then the field is its own. */
  const composed = async () => {
    while (composing) {
      await new Promise((done) => field.addEventListener("compositionend", () => setTimeout(done), { once: true }));
    }
  };

  const post = () => {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(pending)) data.set(name, value);
    // Whoever signed in again in another tab has a new token.
    const token = readCookie(words.token) ?? data.get("csrfmiddlewaretoken");
    data.set("csrfmiddlewaretoken", token);
    return fetch(form.action, { method: "POST", body: data, headers: { Accept: "application/json" } });
  };

  const send = async () => {
    const response = await post();
    const isAnswer = response.headers.get("Content-Type")?.startsWith("application/json");
    if (response.ok && isAnswer) {
      const answer = await response.json();
      await composed();
      const sent = pending.text;
      pending = null;
      takeIn(answer, sent);
      complain("");
      say(isDirty() ? words.saving : words.saved);
    } else if (response.status === 409 && isAnswer) {
      end();
    } else if (response.status === 422 && isAnswer) {
      pending = null; // It is sent again once it is changed.
      complain((await response.json()).problem);
      say("");
      return false;
    } else if (isShut(response.status) && isShut((await look()).status)) {
      shut(response.status); // The other reason to refuse is a token that is gone, as with whoever signed out.
      return false;
    } else {
      const isOut = response.ok || response.status === REFUSED;
      signIn.hidden = !isOut;
      say(isOut ? words.signedOut : words.offline);
      later(TRY_AGAIN_MS);
      return false;
    }
    signIn.hidden = true;
    return true;
  };

  const save = async () => {
    if (sending || field.readOnly || !isDirty()) return;
    if (composing) return later(SAVE_AFTER_MS);
    pending ??= { key: crypto.randomUUID?.() ?? makeKey(), base, text: field.value };
    keep();
    sending = true;
    say(words.saving);
    let goesOn = false;
    try {
      goesOn = await send();
    } catch {
      say(words.offline);
      later(TRY_AGAIN_MS);
    }
    sending = false;
    if (goesOn && isDirty()) later(SAVE_AFTER_MS);
  };

  const typed = () => {
    if (field.readOnly) return keep();
    const over = [...field.value].length - Number(words.limit);
    complain(over > 0 ? words.long.replace("LEFT", over) : "");
    keep();
    lookForClashes();
    if (over <= 0 && !sending) later(SAVE_AFTER_MS);
  };

  const tellWriters = (names) => {
    const listed = new Intl.ListFormat(document.documentElement.lang).format(names);
    who.textContent = names.length ? (names.length > 1 ? words.several : words.writing).replace("NAMES", listed) : "";
  };

  const poll = async () => {
    if (document.hidden || sending) return;
    try {
      const response = await look();
      if (isShut(response.status)) return shut(response.status);
      if (response.status !== 200 || !response.headers.get("Content-Type")?.startsWith("application/json")) return;
      const state = await response.json();
      if (state.closed) return end();
      if (field.readOnly) goOn();
      etag = response.headers.get("ETag");
      tellWriters(state.writing);
      if (state.version > base && !sending && !composing) {
        if (isDirty()) save();
        else takeIn(state, baseText);
      }
    } catch {
      if (isDirty()) say(words.offline);
    }
  };

  const kept = keeper.read();
  if (kept && typeof kept.text === "string") {
    ({ base, baseText, pending } = kept);
    field.value = kept.text;
    later(0);
  }
  for (const plain of form.querySelectorAll("[data-plain]")) plain.hidden = true;
  field.addEventListener("input", typed);
  field.addEventListener("compositionstart", () => (composing = true));
  field.addEventListener("compositionend", () => (composing = false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => (document.hidden ? save() : poll()));
  setInterval(poll, POLL_EVERY_MS);
  lookForClashes();
};

const readCookie = (name) =>
  document.cookie.split("; ").find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);

/** A UUID where the browser has none to give: pages without HTTPS. */
const makeKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
};

/** Writing has ended: what is still kept on this device is shown, to be copied. */
const showKept = (mark) => {
  const keeper = openKeeper(mark.dataset.keptAs);
  const kept = keeper.read();
  const part = document.querySelector("[data-kept]");
  if (!kept?.text) return;
  const field = part.querySelector("[data-kept-text]");
  field.value = kept.text;
  part.hidden = false;
  part.querySelector("[data-copy]").addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // Pages without HTTPS have no clipboard.
    }
  });
  part.querySelector("[data-drop]").addEventListener("click", () => {
    keeper.clear();
    part.hidden = true;
  });
};

const form = document.querySelector("[data-noting]");
const closed = document.querySelector("[data-closed]");
if (form) write(form);
if (closed) showKept(closed);
