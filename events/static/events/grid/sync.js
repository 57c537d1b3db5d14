// Keeps this page and the plan on the server together: asks every few seconds, sends orders one after the other.
"use strict";

import { fetchStand, sendOrder } from "./door.js";
import { findMoved, mergeSessions } from "./plan.js";
import { openQueue } from "./queue.js";

const EVERY_MS = 3000;

/**
 * ``first``: the state the page came with. ``tell`` is told: redraw(), done(command, body), refused(command, body),
 * moved(sessions, changes) by others, before redraw. Returns { stand, commands, connection, order, drop, retry, start }.
 */
export const keepTogether = (page, first, tell) => {
  const name = `grid.${page.dataset.event}.${page.dataset.user}`;
  const queue = openQueue(name, () => flush().then(() => soon(0)));
  const own = new Set();
  let [stand, etag, connection, sending] = [first, "", "ok", false];
  let [clock, asking, next] = [0, false, EVERY_MS];

  const connect = (how) => {
    if (connection === how) return;
    connection = how;
    tell.redraw();
  };

  const take = (fresh, freshTag) => {
    etag = freshTag;
    if (fresh.version < stand.version) return;
    const before = stand;
    const last = Math.max(0, ...before.changes.map((change) => change.number));
    stand = fresh;
    const changes = fresh.changes.filter((change) => change.number > last && !own.has(change.number));
    tell.moved(findMoved(before, fresh), changes.sort((one, other) => one.number - other.number));
    tell.redraw();
  };

  const poll = async () => {
    const answer = await fetchStand(page.dataset.state, etag);
    if (answer.how === "new" && !sending) take(answer.stand, answer.etag);
    if (!["same", "new"].includes(answer.how)) return connect(answer.how);
    // Who may read may still be refused as a sender: what waits says whether all is well again.
    const [head] = queue.list();
    return head && !head.stuck ? flush() : connect("ok");
  };

  const settle = (command, body) => {
    own.add(body.number);
    const undone = command.do === "undo";
    const offers = { can_undo: undone ? null : { number: body.number, text: body.text }, can_redo: null };
    const version = Math.max(stand.version, body.version);
    stand = mergeSessions(stand, body.sessions, { version, ...(body.number && offers) });
    queue.settle(command.key, new Map(body.sessions.map((session) => [session.id, session.version])));
    tell.done(command, body);
  };

  const refuse = (command, body) => {
    stand = mergeSessions(stand, body.stand ?? []);
    // What was sent at once is given back to the hand; what waited is the organiser's to decide.
    if (command.waited) queue.change(command.key, { stuck: body });
    else queue.drop(command.key);
    tell.refused(command, body);
  };

  const sendAll = async () => {
    for (let command = queue.list()[0]; command && !command.stuck; command = queue.list()[0]) {
      queue.change(command.key, { tried: true });
      const { how, body } = await sendOrder(page, command);
      if (how === "done") settle(command, body);
      else if (how === "refused") refuse(command, body);
      else if (how === "odd") refuse(command, { text: page.dataset.odd, blocks: [] });
      else {
        queue.change(command.key, { waited: true });
        return connect(how);
      }
      connection = "ok";
      tell.redraw();
    }
  };

  // Two tabs of one browser have one queue: one of them sends at a time.
  const alone = (work) => (navigator.locks ? navigator.locks.request(name, work) : work());

  const flush = async () => {
    tell.redraw();
    if (sending || !queue.list().length || queue.list()[0].stuck) return;
    sending = true;
    try {
      await alone(sendAll);
    } finally {
      sending = false;
    }
    if (connection === "ok") soon(0);
  };

  const tick = async () => {
    [asking, next] = [true, EVERY_MS];
    try {
      if (!document.hidden) await poll();
    } finally {
      asking = false;
      soon(next);
    }
  };

  // While one question is on its way, the next is put after it.
  const soon = (pause) => {
    if (asking) {
      next = pause;
      return;
    }
    clearTimeout(clock);
    clock = setTimeout(tick, pause);
  };

  return {
    get stand() { return stand; },
    get commands() { return queue.list(); },
    get connection() { return connection; },
    /** Have an order carried out, now or once it can be. */
    order: (wish) => {
      queue.add({ ...wish, waited: connection !== "ok" });
      if (connection === "ok") return flush();
      tell.redraw();
      return soon(0);
    },
    /** The organiser lets go of an order that could not be carried out. */
    drop: (command) => {
      queue.drop(command.key);
      flush();
    },
    /** The organiser means it all the same, knowing how things are now. */
    retry: (command) => {
      const versionOf = (id) => stand.sessions.find((session) => session.id === id)?.version ?? null;
      queue.renew(command.key, { stuck: null, tried: false, seen: versionOf(command.session), seen_other: versionOf(command.other) });
      flush();
    },
    start: () => {
      document.addEventListener("visibilitychange", () => document.hidden || soon(0));
      window.addEventListener("online", () => soon(0));
      window.addEventListener("offline", () => connect("lost"));
      // What waits in this browser from before waited, whatever becomes of it.
      for (const command of queue.list()) queue.change(command.key, { waited: true });
      soon(0);
    },
  };
};
