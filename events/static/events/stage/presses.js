// What was pressed on stage and wall, in this device's storage until it is answered: sent in its order, each once.
"use strict";

import { openQueue } from "../grid/queue.js";

const RETRY_MS = 2000;
const PATIENCE_MS = 15_000;
const OFTEN = 5; // a server that answers so often with a fault will not take it
const OLD_MS = 2 * 86_400_000;
const AWAY = [408, 429, 502, 503, 504];

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

const isOld = (kept, made) => Date.parse(made) - Date.parse(kept.made) > OLD_MS;

/** Presses of others and drafts on this device that nobody came back for; ``made`` is the server's time. */
export const forgetOld = (made, who) => {
  try {
    for (const item of Object.keys(localStorage).filter((each) => /^stage(-draft)?:/.test(each))) {
      const isOwn = item.startsWith("stage:") && item.split(":")[2] === who;
      if (!isOwn && isOld(JSON.parse(localStorage.getItem(item)), made)) localStorage.removeItem(item);
    }
  } catch {
    // A browser that keeps nothing.
  }
};

/**
 * The presses of one account, participant or helper at one event. ``page``: { event, who, staff, made, token }, the
 * name of the cookie. ``tell``: changed(), lost(), answered(answer, isLast), which says whether a refusal is shown,
 * refused(what) where it is not, moved(address) for who has to sign in, unknown() for a participant whose link has to
 * be opened again, other() once somebody else uses this browser, and ended(presses) once the right to press has ended.
 */
export const openPresses = ({ event, who, staff, made, token }, tell) => {
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
    body.set("who", who);
    try {
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (AWAY.includes(answer.status)) return null;
      return { status: answer.status, url: answer.url, redirected: answer.redirected, text: await answer.text() };
    } catch {
      return null;
    }
  };

  const isElsewhere = (answer, address) => answer.redirected && new URL(answer.url).pathname !== address;

  /**
   * Whether whoever pressed may still do so: "yes", "over", "other" while this browser is somebody else's, or the
   * address where they are asked for more; null while the server cannot be reached.
   */
  const mayPress = async ({ address, staff: byStaff }) => {
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.status >= 500 || AWAY.includes(answer.status)) return null;
      if (isElsewhere(answer, address)) return answer.url;
      const now = answer.ok && parse(await answer.text()).querySelector("[data-taps]")?.dataset;
      if (now && now.who !== who && !who.startsWith("h")) return "other";
      return now?.who === who && (now.staff || !byStaff) ? "yes" : "over";
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

  const stay = (telling) => {
    telling();
    return false;
  };

  // What waits is sent once whoever has an account has signed in, and once a guest has opened their link again. The
  // link of a helper that is over stays so.
  const leave = (address) => {
    if (who.startsWith("h")) return end();
    return stay(who.startsWith("p") ? tell.unknown : () => tell.moved(address));
  };

  const settle = (press, answer) => {
    const isLast = waiting().every((each) => each.key === press.key);
    const isShown = tell.answered(answer, isLast);
    if (answer.status < 400 || isShown) queue.drop(press.key);
    else {
      const problem = parse(answer.text).querySelector("[role='alert']")?.textContent.trim() || "odd";
      queue.change(press.key, { problem });
      tell.refused(press.what);
    }
    tell.changed();
  };

  /** Until nothing waits; false if no more can be sent from here. */
  const sendAll = async () => {
    for (let [press] = waiting(); press; [press] = waiting()) {
      const answer = await post(press);
      const may = answer?.status === 403 ? await mayPress(press) : "yes";
      if (!answer || may === null) await retry();
      else if (answer.status >= 500 && (press.tries ?? 0) < OFTEN) {
        queue.change(press.key, { tries: (press.tries ?? 0) + 1 });
        await retry();
      } else if (isElsewhere(answer, press.address)) return leave(answer.url);
      else if (answer.status === 401 || may === "other") return stay(tell.other);
      else if (may === "over") return end();
      else if (may !== "yes") return leave(may);
      else settle(press, answer);
    }
    return true;
  };

  const flush = async () => {
    if (sending || !waiting().length) return;
    sending = true;
    let goesOn = false;
    try {
      // Two tabs of one browser have one queue: one of them sends at a time.
      goesOn = await (navigator.locks ? navigator.locks.request(name, sendAll) : sendAll());
    } finally {
      sending = false;
    }
    if (goesOn) flush();
  };

  // What waited long is sent once somebody says so: it may have been done by hand since.
  for (const press of waiting().filter((each) => isOld(each, made))) queue.change(press.key, { problem: "old" });
  window.addEventListener("online", () => wake());
  return {
    list: queue.list,
    waiting,
    flush,
    /** Keep a press and send it; the same one that waits already is one. */
    add: ({ address, data, what }) => {
      const same = JSON.stringify(data);
      if (!waiting().some((each) => JSON.stringify(each.data) === same)) queue.add({ address, data, what, made, staff });
      flush();
    },
    again: (key) => {
      queue.change(key, { problem: "", tries: 0, made });
      flush();
    },
    drop: queue.drop,
  };
};
