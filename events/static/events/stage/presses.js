// What was pressed on stage and wall, in this device's storage until it is answered: sent in its order, each once.
"use strict";

import { openQueue } from "../grid/queue.js";

const RETRY_MS = 2000;
const PATIENCE_MS = 15_000;
const OFTEN = 5; // a server that answers so often with a fault will not take it
const OLD_MS = 2 * 86_400_000;
const AWAY = [408, 429, 502, 503, 504];

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

/** Presses and drafts on this device that nobody came back for; ``made`` is the server's time. */
export const forgetOld = (made) => {
  try {
    for (const item of Object.keys(localStorage).filter((each) => /^stage(-draft)?:/.test(each))) {
      const kept = JSON.parse(localStorage.getItem(item));
      if (Date.parse(made) - Date.parse(kept.made) > OLD_MS) localStorage.removeItem(item);
    }
  } catch {
    // A browser that keeps nothing.
  }
};

/**
 * The presses of one account or helper at one event. ``page``: { event, who, made, token }, the name of the cookie.
 * ``tell``: changed(), lost(), answered(answer, isLast), which says whether a refusal is shown, moved(address) for
 * who has to sign in, and ended(presses) once the right to press has ended.
 */
export const openPresses = ({ event, who, made, token }, tell) => {
  const name = `stage:${event}:${who}`;
  const queue = openQueue(name, tell.changed);
  let sending = false;
  let wake = () => {};

  const waiting = () => queue.list().filter((press) => !press.problem);
  const pause = () => new Promise((done) => { wake = done; setTimeout(done, RETRY_MS); });
  const retry = () => {
    tell.lost();
    return pause();
  };

  const readToken = () => {
    const cookie = document.cookie.split("; ").find((each) => each.startsWith(`${token}=`));
    return cookie?.slice(token.length + 1) ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  };

  /** What the server says; null while it cannot be reached. The key goes along, so sent again it does no harm. */
  const post = async ({ address, data }) => {
    const body = new URLSearchParams(data);
    body.set("csrfmiddlewaretoken", readToken());
    try {
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (AWAY.includes(answer.status)) return null;
      return { status: answer.status, url: answer.url, isMoved: answer.redirected, text: await answer.text() };
    } catch {
      return null;
    }
  };

  /** Whether whoever pressed may still do so here; null while the server cannot be reached. */
  const mayPress = async ({ address }) => {
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (AWAY.includes(answer.status)) return null;
      return answer.ok && Boolean(parse(await answer.text()).querySelector(`[data-who="${who}"]`));
    } catch {
      return null;
    }
  };

  const end = () => {
    const unsent = queue.list();
    for (const press of unsent) queue.drop(press.key);
    tell.ended(unsent);
    return false;
  };

  // Who has an account signs in again, and what waits is sent then; a helper's link that is over stays so.
  const leave = (address) => {
    if (who.startsWith("h")) return end();
    tell.moved(address);
    return false;
  };

  const settle = (press, answer) => {
    const isLast = waiting().every((each) => each.key === press.key);
    const isShown = tell.answered(answer, isLast);
    if (answer.status < 400 || isShown) queue.drop(press.key);
    else queue.change(press.key, { problem: parse(answer.text).querySelector("[role='alert']")?.textContent.trim() || "odd" });
    tell.changed();
  };

  /** Until nothing waits; false if no more can be sent from here. */
  const sendAll = async () => {
    for (let [press] = waiting(); press; [press] = waiting()) {
      const answer = await post(press);
      const may = answer?.status === 403 ? await mayPress(press) : true;
      if (!answer || may === null) await retry();
      else if (answer.status >= 500 && (press.tries ?? 0) < OFTEN) {
        queue.change(press.key, { tries: (press.tries ?? 0) + 1 });
        await retry();
      } else if (answer.isMoved && new URL(answer.url).pathname !== press.address) return leave(answer.url);
      else if (!may) return end();
      else settle(press, answer);
    }
    return true;
  };

  const flush = async () => {
    if (sending || !waiting().length) return;
    sending = true;
    // Two tabs of one browser have one queue: one of them sends at a time.
    const goesOn = await (navigator.locks ? navigator.locks.request(name, sendAll) : sendAll());
    sending = false;
    if (goesOn) flush();
  };

  window.addEventListener("online", () => wake());
  return {
    list: queue.list,
    waiting,
    flush,
    /** Keep a press and send it; the same one that waits already is one. */
    add: ({ address, data, what }) => {
      const same = JSON.stringify(data);
      if (!waiting().some((each) => JSON.stringify(each.data) === same)) queue.add({ address, data, what, made });
      flush();
    },
    again: (key) => {
      queue.change(key, { problem: "", tries: 0 });
      flush();
    },
    drop: queue.drop,
  };
};
