// What is not saved yet is kept on this device, so that neither a lost connection nor a closed tab loses it.
"use strict";

/** A place for one draft: ``{base, baseText, text, pending}``. Without storage it forgets, and writing goes on. */
export const openKeeper = (name) => ({
  read: () => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  },
  write: (draft) => {
    try {
      localStorage.setItem(name, JSON.stringify(draft));
    } catch {
      // No storage, or it is full.
    }
  },
  clear: () => {
    try {
      localStorage.removeItem(name);
    } catch {
      // As above.
    }
  },
});
