// The bar at the lower edge: what is in hand, what was done last, what waits, what did not go.
"use strict";

import { write } from "./parts.js";
import { count, joined, say } from "./words.js";

const OTHERS_EVERY_MS = 8000;

const wordConnection = (connection, waiting) => {
  if (connection === "ok") return "";
  if (connection === "gone") return say("gone");
  const how = ["signed_out", "barred"].includes(connection) ? connection : "lost";
  return waiting ? count(waiting, `${how}_one`, `${how}_many`) : say(how);
};

/** ``root`` holds the parts named below as data attributes. */
export const createBar = (root) => {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const [said, alert, hand, held, remove, undo, undoText, redo, redoText, connection, stuck, stuckText, again] = [
    "said", "alert", "hand", "held", "remove", "undo", "undo-text", "redo", "redo-text", "connection", "stuck", "stuck-text", "sign-in",
  ].map(part);
  let others = [];
  let clock = 0;

  const speakOthers = () => {
    clock = 0;
    if (!others.length) return;
    const { by, text } = others.at(-1);
    write(said, others.length > 1 ? say("others_many", { n: others.length, by, text }) : say("others_one", { by, text }));
    others = [];
    clock = setTimeout(speakOthers, OTHERS_EVERY_MS);
  };

  return {
    /** Say what was done. */
    say: (text) => write(said, text),
    /** Say at once what does not go; "" when it is over. */
    alert: (text) => {
      write(alert, text);
      alert.hidden = !text;
    },
    /** Say what others did, at most every few seconds. */
    tellOthers: (changes) => {
      others.push(...changes);
      if (!clock) clock = setTimeout(speakOthers, 300);
    },
    draw: (view, { commands, connection: how, stand }) => {
      hand.hidden = !view.hand;
      if (view.hand) {
        const names = joined(view.hand.hosts.map((host) => host.name));
        write(held, joined([say("quoted", { title: view.hand.title }), names, say("minutes", { n: view.hand.minutes })], " · "));
        remove.hidden = !view.hand.placement;
      }
      const waiting = commands.filter((command) => !command.stuck);
      write(connection, wordConnection(how, waiting.length));
      connection.parentElement.hidden = how === "ok";
      again.hidden = how !== "signed_out";
      const wrong = commands.find((command) => command.stuck);
      stuck.hidden = !wrong;
      if (wrong) write(stuckText, say("stuck", { what: wrong.note, why: wrong.stuck.text }));
      const takesBack = commands.at(-1);
      const text = takesBack ? takesBack.note : (stand.can_undo?.text ?? "");
      undo.disabled = !text;
      write(undoText, text);
      redo.hidden = Boolean(takesBack) || !stand.can_redo;
      write(redoText, stand.can_redo?.text ?? "");
    },
  };
};
