// The scans of this device, in its storage: neither a dead spot nor a closed page loses one.
"use strict";

const KEPT = 30;

const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS there is no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

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
    waiting: () => list().filter((scan) => !scan.answer),
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
      const answered = list().filter((scan) => scan.answer);
      for (const scan of answered.slice(0, -KEPT)) drop(scan.key);
    },
    drop,
    /** The clock jumped by so much: what waits was noted by the clock before. */
    shift: (ms) => {
      for (const scan of list()) {
        if (!scan.answer) change(scan.key, { at: new Date(Date.parse(scan.at) + ms).toISOString() });
      }
    },
  };
};
