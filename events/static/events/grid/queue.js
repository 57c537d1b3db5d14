// Orders that are not carried out yet, in this browser, so that neither a dead spot nor a closed page loses them.
"use strict";

export const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS there is no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const touches = (command, id) => Boolean(id) && (command.session === id || command.other === id);

const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** localStorage, or what is like it for as long as the page lasts where the browser keeps nothing. */
const findStorage = () => {
  const probe = "grid.probe";
  try {
    localStorage.setItem(probe, probe);
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    const held = new Map();
    return {
      get length() { return held.size; },
      key: (index) => [...held.keys()][index] ?? null,
      getItem: (name) => held.get(name) ?? null,
      setItem: (name, text) => held.set(name, text),
      removeItem: (name) => held.delete(name),
    };
  }
};

/**
 * The queue of that name: { list, add, drop, settle, change, renew }. Each order is an item of its own in the
 * storage, so that two tabs that write at the same moment do not overwrite each other's orders. ``onChange``
 * is called when another tab changed it.
 */
export const openQueue = (name, onChange) => {
  const storage = findStorage();
  const start = `${name}:`;

  const list = () => {
    const held = [];
    for (let index = 0; index < storage.length; index += 1) {
      const item = storage.key(index);
      const command = item?.startsWith(start) && read(storage.getItem(item));
      if (command) held.push({ ...command, item });
    }
    return held.sort((one, other) => one.at - other.at || (one.item < other.item ? -1 : 1));
  };

  const write = ({ item, ...command }) => storage.setItem(item, JSON.stringify(command));
  const find = (key) => list().find((command) => command.key === key);

  /** Note something on an order; on one that another tab has taken out meanwhile, nothing. */
  const change = (key, fields) => {
    const command = find(key);
    if (command) write({ ...command, ...fields });
  };

  window.addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith(start)) onChange();
  });
  return {
    list,
    change,
    /** Append an order. One on a session that waits already follows that order, whose result it has to know. */
    add: (order) => {
      const held = list();
      const before = (id) => held.filter((command) => touches(command, id)).at(-1)?.key ?? null;
      const key = newKey();
      const at = Math.max(Date.now(), (held.at(-1)?.at ?? 0) + 1);
      write({ ...order, key, at, item: start + key, after: before(order.session), after_other: before(order.other) });
    },
    /** Take an order out; those that followed it rely on what they had seen before. */
    drop: (key) => {
      const command = find(key);
      if (command) storage.removeItem(command.item);
    },
    /** Take out an order that was carried out, and tell those that followed it the new versions. */
    settle: (key, versions) => {
      for (const command of list()) {
        if (command.key === key) storage.removeItem(command.item);
        else if (command.after === key || command.after_other === key) {
          write({
            ...command,
            seen: command.after === key ? (versions.get(command.session) ?? command.seen) : command.seen,
            seen_other: command.after_other === key ? (versions.get(command.other) ?? command.seen_other) : command.seen_other,
          });
        }
      }
    },
    /** A fresh key for an order that is meant anew. */
    renew: (key, fields) => change(key, { ...fields, key: newKey() }),
  };
};
