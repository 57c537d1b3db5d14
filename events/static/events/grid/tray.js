// The tray: what is not placed yet, found by words and put in order; and what is not accepted yet.
"use strict";

import { findObstacle, wordObstacle } from "./obstacles.js";
import { make, refill, unseen, write } from "./parts.js";
import { isAstray, isPlaceable } from "./plan.js";
import { count, joined, say } from "./words.js";

const ORDERS = {
  interest: (one, other) => other.interested - one.interested,
  votes: (one, other) => other.votes - one.votes,
  title: () => 0,
};

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

const choose = (sessions, query, order) => {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const holds = (session) => {
    const text = plain(joined([session.title, ...session.hosts.map((host) => host.name)], " "));
    return words.every((word) => text.includes(word));
  };
  return sessions.filter(holds).sort((one, other) => ORDERS[order](one, other) || one.title.localeCompare(other.title));
};

/** ``root`` holds: search, order, list, proposed, count, empty, target, as data attributes. */
export const createTray = (root, times, onChange) => {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const [search, order, list, proposed, empty, target] = ["search", "order", "list", "proposed", "empty", "target"].map(part);
  search.addEventListener("input", onChange);
  order.addEventListener("change", onChange);

  const cardOf = (plan, view, session) => {
    const held = view.hand?.id === session.id;
    const where = session.placement && joined([plan.roomOf.get(session.placement.room)?.name, times.span(session.placement)]);
    const band = view.aim && plan.bands.find((each) => each.starts === view.aim.starts);
    const against = band ? wordObstacle(plan, findObstacle(plan, session, view.aim.room, band), times) : "";
    const facts = joined(
      [
        say("minutes", { n: session.minutes }),
        session.interested ? count(session.interested, "one_comes", "many_come") : "",
        session.votes ? count(session.votes, "one_vote", "many_votes") : "",
      ],
      " · ",
    );
    const does = held ? say("let_go") : band ? say("put_there") : say("pick_up");
    const classes = joined(["grid-session", held && "held", against && "goes-not", session.waits && "waits", view.fresh.has(session.id) && "fresh", view.blocked.has(session.id) && "blocks"], " ");
    const names = joined(session.hosts.map((host) => host.name));
    const warnings = plan.stand.warnings.filter((warning) => warning.session === session.id);
    const button = make(
      "button",
      { type: "button", class: classes, "data-session": session.id, "data-focus": `session:${session.id}`, tabindex: -1 },
      make("span", { class: "grid-title" }, session.title),
      names && make("span", { class: "grid-hosts" }, names),
      make("span", { class: "grid-mark" }, facts),
      where ? make("span", { class: "grid-mark mark-warns" }, say("astray", { where })) : null,
      ...warnings.map((warning) => make("span", { class: "grid-mark mark-warns" }, warning.text)),
      session.waits ? make("span", { class: "grid-mark mark-waits" }, say("waits")) : null,
      against ? make("span", { class: "grid-mark mark-warns" }, against) : null,
      unseen(`. ${does}`),
    );
    return make("li", {}, button);
  };

  const draw = (plan, view) => {
    const open = plan.stand.sessions.filter((session) => isPlaceable(session) && (!session.placement || isAstray(plan, session)));
    const shown = choose(open, search.value, order.value);
    for (const node of document.querySelectorAll("[data-tray-count]")) write(node, String(open.length));
    const marks = [view.hand?.id, view.aim, [...view.fresh], [...view.blocked], view.aim && plan.stand.sessions, plan.stand.warnings];
    refill(list, [shown, marks], () => shown.map((session) => cardOf(plan, view, session)));
    write(empty, shown.length ? "" : say(open.length ? "none_found" : "all_placed"));
    empty.hidden = shown.length > 0;
    const band = view.aim && plan.bands.find((each) => each.starts === view.aim.starts);
    write(target, band ? say("for_place", { place: joined([plan.roomOf.get(view.aim.room)?.name, times.span(band)]) }) : "");
    target.hidden = !band;
    const waiting = plan.stand.sessions.filter((session) => !isPlaceable(session));
    proposed.hidden = !waiting.length;
    write(proposed.querySelector("[data-proposed-count]"), String(waiting.length));
    refill(proposed.querySelector("ul"), waiting.map((session) => session.title), () => waiting.map((session) => make("li", {}, session.title)));
  };

  return { draw };
};
