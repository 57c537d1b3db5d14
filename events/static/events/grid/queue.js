// Orders that are not carried out yet, in this browser, so that neither a dead spot nor a closed page loses them.
"use strict";

const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS there is no randomUUID
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const touches = (command, id) => Boolean(id) && (command.session === id || command.other === id);

/**
 * The queue of that name: { list, add, drop, settle, change }. Every change is made on what the storage
 * holds now, so that two tabs do not overwrite each other. ``onChange`` is called when another tab changed it.
 */
export const openQueue = (name, onChange) => {
  let memory = [];
  let stored = true;
  const list = () => {
    if (!stored) return memory;
    try {
      const held = JSON.parse(localStorage.getItem(name) || "[]");
      return Array.isArray(held) ? held : [];
    } catch {
      return memory;
    }
  };
  const write = (commands) => {
    memory = commands;
    try {
      if (commands.length) localStorage.setItem(name, JSON.stringify(commands));
      else localStorage.removeItem(name);
    } catch {
      stored = false; // The browser keeps nothing: it lasts as long as the page.
    }
  };
  window.addEventListener("storage", (event) => {
    if (event.key === name || event.key === null) onChange();
  });
  return {
    list,
    /** Append an order. One on a session that waits already follows that order, whose result it has to know. */
    add: (order) => {
      const held = list();
      const before = (id) => held.findLast?.((command) => touches(command, id))?.key ?? null;
      const command = { ...order, key: newKey(), after: before(order.session), after_other: before(order.other) };
      write([...held, command]);
      return command;
    },
    /** Take an order out; those that followed it rely on what they had seen before. */
    drop: (key) => write(list().filter((command) => command.key !== key)),
    /** Take out an order that was carried out, and tell those that followed it the new versions. */
    settle: (key, versions) => {
      const follow = (command) => ({
        ...command,
        seen: command.after === key ? (versions.get(command.session) ?? command.seen) : command.seen,
        seen_other: command.after_other === key ? (versions.get(command.other) ?? command.seen_other) : command.seen_other,
      });
      write(list().filter((command) => command.key !== key).map(follow));
    },
    /** Note something on an order. */
    change: (key, fields) =>
      write(list().map((command) => (command.key === key ? { ...command, ...fields } : command))),
    /** A fresh key for an order that is meant anew. */
    renew: (key, fields) =>
      write(list().map((command) => (command.key === key ? { ...command, ...fields, key: newKey() } : command))),
  };
};
