// The scans of this device, in its storage: neither a dead spot nor a closed page loses one.
"use strict";

import { newKey } from "../grid/queue.js";

const KEPT = 30;

const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The queue of an event. Each scan is an item of its own, so that two tabs do not overwrite each other's. */
export const openQueue = (event, onChange) => {
  const start = `door:${event}:scan:`;

  const list = () => {
    const held = [];
    for (let index = 0; index < localStorage.length; index += 1) {
      const item = localStorage.key(index);
      const scan = item?.startsWith(start) && read(localStorage.getItem(item));
      if (scan?.key) held.push(scan);
    }
    return held.sort((one, other) => one.order - other.order || (one.key < other.key ? -1 : 1));
  };
  const write = (scan) => localStorage.setItem(start + scan.key, JSON.stringify(scan));
  const drop = (key) => localStorage.removeItem(start + key);

  const change = (key, fields) => {
    const scan = read(localStorage.getItem(start + key));
    if (scan) write({ ...scan, ...fields });
  };

  window.addEventListener("storage", (changed) => {
    if (changed.key === null || changed.key.startsWith(start)) onChange();
  });
  return {
    list,
    /** What has to be told: scans without an answer, and those to be taken back. */
    waiting: () => list().filter((scan) => !scan.answer || scan.back),
    /** Keep a scan; returns it. ``hash`` is that of the badge where it is known, ``name`` what is known of it. */
    add: (scan) => {
      const order = (list().at(-1)?.order ?? 0) + 1;
      const kept = { ...scan, key: newKey(), order };
      write(kept);
      return kept;
    },
    /** What the server said of a scan; what was answered long ago goes, together with the badge it holds. */
    settle: (key, answer) => {
      change(key, { answer, badge: "" });
      const answered = list().filter((scan) => scan.answer && !scan.back);
      for (const scan of answered.slice(0, -KEPT)) drop(scan.key);
    },
    drop,
    /** The server did not accept it once more; after ``often`` times it waits no longer. Says whether it is so. */
    refuse: (key, often, answer) => {
      const tries = (read(localStorage.getItem(start + key))?.tries ?? 0) + 1;
      change(key, tries < often ? { tries } : { tries, answer, back: false, badge: "" });
      return tries >= often;
    },
    /** These are on their way: the server may have them, though it does not say so. */
    leave: (keys) => {
      for (const key of keys) change(key, { sent: true });
    },
    /** It is to be taken back, after the scan itself has arrived and before any later one. */
    back: (key) => change(key, { back: true }),
    /** The clock jumped by so much: what waits was noted by the clock before. */
    shift: (ms) => {
      for (const scan of list()) {
        if (!scan.answer) change(scan.key, { at: new Date(Date.parse(scan.at) + ms).toISOString() });
      }
    },
  };
};
