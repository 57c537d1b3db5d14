// The table: rooms as columns, bands as rows; on a phone one room, or one band with its rooms as rows.
"use strict";

import { findObstacle, wordObstacle } from "./obstacles.js";
import { make, refill, unseen } from "./parts.js";
import { inCell, runsOn } from "./plan.js";
import { count, joined, say } from "./words.js";

const seatsOf = (room) => (room.capacity ? count(room.capacity, "one_seat", "many_seats") : "");
const namesOf = (session) => joined(session.hosts.map((host) => host.name));

const wordRoom = (session, room) =>
  room.capacity && session.interested > room.capacity
    ? say("room_small", { n: session.interested, seats: room.capacity })
    : "";

/** ``times``: see words.js. The view has: axis ("" | "room" | "band"), room, band, bands (of the day), hand, refusal, blocked, fresh. */
export const createTable = (root, times) => {
  const cells = new Map();

  const headOf = (room) => [make("span", {}, room.name), make("small", {}, joined([seatsOf(room), room.hidden && say("hidden_room")], " · "))];
  const timeOf = (band) => [make("span", {}, times.span(band)), make("small", {}, band.label)];

  const cell = (room, band) => {
    const node = make("td", { "data-room": room.id, "data-starts": band.starts });
    cells.set(node, { room, band });
    return node;
  };

  const bandRows = (view, rooms) =>
    view.bands.map((band) => {
      const head = make("th", { scope: "row" }, ...timeOf({ ...band, label: band.is_break ? "" : band.label }));
      const pause = () => make("td", { colspan: rooms.length, class: "grid-pause" }, band.label || say("pause"));
      const parts = band.is_break ? [pause()] : rooms.map((room) => cell(room, band));
      return make("tr", { class: band.is_break && "grid-break" }, head, ...parts);
    });

  const build = (plan, view) => {
    cells.clear();
    const byBand = view.axis === "band";
    const rooms = view.axis === "room" ? plan.rooms.filter((room) => room.id === view.room) : plan.rooms;
    const band = plan.bandOf.get(view.band);
    const columns = byBand ? [timeOf(band)] : rooms.map(headOf);
    const corner = make("th", { scope: "col" }, byBand ? say("room") : say("time"));
    const head = make("tr", {}, corner, ...columns.map((parts) => make("th", { scope: "col" }, ...parts)));
    const rows = byBand
      ? rooms.map((room) => make("tr", {}, make("th", { scope: "row" }, ...headOf(room)), cell(room, band)))
      : bandRows(view, rooms);
    const table = make("table", { role: "grid", "aria-label": say("programme"), class: joined(["grid-table grid-even", view.axis && "grid-narrow"], " ") });
    table.style.setProperty("--columns", columns.length);
    table.append(make("thead", {}, head), make("tbody", {}, ...rows));
    return [table];
  };

  const marksOf = (plan, view, session) => {
    const room = plan.roomOf.get(session.placement.room);
    const small = room && wordRoom(session, room);
    const warnings = plan.stand.warnings.filter(({ session: id, kind }) => id === session.id && !(small && kind === "small"));
    return [
      small ? ["warns", small] : session.interested ? ["", count(session.interested, "one_comes", "many_come")] : null,
      session.waits ? ["waits", say("waits")] : null,
      view.fresh.has(session.id) ? ["fresh", say("changed")] : null,
      ...warnings.map((warning) => ["warns", warning.text]),
    ].filter(Boolean);
  };

  const sessionButton = (plan, view, session, room, band, obstacle) => {
    const on = runsOn(plan, session, band);
    const held = view.hand?.id === session.id;
    const exact = session.placement.starts === band.starts && session.placement.ends === band.ends;
    const against = held || !obstacle || obstacle.kind === "taken" ? "" : wordObstacle(plan, obstacle, times);
    const swaps = Boolean(view.hand) && !held && !against;
    // „tauschen“ stands in the line of the interest, so that no row grows under the pointer.
    const marks = marksOf(plan, view, session).filter(([name]) => name || !(swaps || against));
    const classes = joined(["grid-session", held && "held", swaps && "swaps", against && "goes-not", session.waits && "waits", view.blocked.has(session.id) && "blocks", on && "runs-on", ...marks.map(([name]) => name)], " ");
    const does = held ? say("let_go") : against ? "" : swaps ? say("swap_with", { title: view.hand.title }) : say("pick_up");
    return make(
      "button",
      { type: "button", class: classes, "data-session": session.id, "data-focus": on ? `run:${session.id}@${band.starts}` : `session:${session.id}`, tabindex: -1 },
      make("span", { class: "grid-title" }, session.title),
      namesOf(session) && make("span", { class: "grid-hosts" }, namesOf(session)),
      on ? make("span", { class: "grid-mark" }, say("runs_on")) : !exact && make("span", { class: "grid-mark" }, times.span(session.placement)),
      ...marks.map(([name, text]) => make("span", { class: joined(["grid-mark", name && `mark-${name}`], " ") }, text)),
      swaps ? make("span", { class: "grid-does" }, say("swap")) : null,
      against && make("span", { class: "grid-mark" }, against),
      unseen(`, ${room.name}, ${times.span(band)}. ${does}`),
    );
  };

  const freeButton = (plan, view, room, band, obstacle) => {
    const aimed = view.aim?.room === room.id && view.aim.starts === band.starts;
    const blocked = wordObstacle(plan, obstacle, times);
    const tight = view.hand && !blocked ? wordRoom(view.hand, room) : "";
    const word = blocked || (view.hand ? say("here") : aimed ? say("aimed") : say("free"));
    const classes = joined(["grid-free", view.hand && (blocked ? "goes-not" : "goes"), aimed && "aimed"], " ");
    return make(
      "button",
      { type: "button", class: classes, "data-focus": `cell:${room.id}@${band.starts}`, tabindex: -1 },
      make("span", {}, word),
      tight && make("span", { class: "grid-mark mark-warns" }, tight),
      unseen(`, ${room.name}, ${times.span(band)}`),
    );
  };

  const fill = (node, plan, view, { room, band }) => {
    const sessions = inCell(plan, room.id, band);
    const obstacle = view.hand && findObstacle(plan, view.hand, room.id, band);
    const refusal = view.refusal?.room === room.id && view.refusal.starts === band.starts ? view.refusal.text : "";
    const aimed = view.aim?.room === room.id && view.aim.starts === band.starts;
    const states = sessions.map((session) => [session, view.fresh.has(session.id), view.blocked.has(session.id), runsOn(plan, session, band), marksOf(plan, view, session)]);
    const holds = view.hand && [view.hand.id, view.hand.title, obstacle?.kind, wordObstacle(plan, obstacle, times), wordRoom(view.hand, room)];
    refill(node, [states, holds, refusal, aimed], () => [
      ...(sessions.length ? sessions.map((session) => sessionButton(plan, view, session, room, band, obstacle)) : [freeButton(plan, view, room, band, obstacle)]),
      ...(refusal ? [make("p", { class: "grid-refusal" }, refusal)] : []),
    ]);
  };

  const draw = (plan, view) => {
    const shape = [view.axis, view.axis === "room" && view.room, view.axis === "band" && view.band, plan.rooms, view.bands];
    refill(root, shape, () => build(plan, view));
    for (const [node, place] of cells) fill(node, plan, view, place);
  };

  return { draw, placeOf: (node) => cells.get(node) };
};
