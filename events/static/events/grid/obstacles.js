// What stands against a session in a cell, as far as it is known here, and in words. The server has the last word.
"use strict";

import { inCell, overlap, spanFrom } from "./plan.js";
import { joined, say } from "./words.js";

const sharedHost = (one, other) => one.hosts.find((host) => other.hosts.some((same) => same.id === host.id));

const findBusyHost = (plan, session, span, there) => {
  for (const other of plan.stand.sessions) {
    if (other.id === session.id || !other.placement || there.includes(other)) continue;
    const host = overlap(other.placement, span) && sharedHost(session, other);
    if (host) return { kind: "host", blocks: [other], host };
  }
  return null;
};

/** Whether the spans, in order, hold all of its time; one that begins where another ends goes on. */
const covers = (spans, span) =>
  spans.reduce((reached, [starts, ends]) => (starts <= reached && reached < ends ? ends : reached), span.starts) >= span.ends;

const findAbsence = (plan, session, room, span) => {
  const isThere = (id) => !plan.stand.availabilities[id] || covers(plan.stand.availabilities[id], span);
  const absent = (kind, who) => ({ kind, blocks: [], who: who.name, spans: plan.stand.availabilities[who.id], span });
  const host = session.hosts.find((each) => !isThere(each.id));
  if (host) return absent("away", host);
  return isThere(room) ? null : absent("closed", plan.roomOf.get(room));
};

const findLimit = (plan, room, span) => {
  const { event, bands } = plan.stand;
  if (plan.roomOf.get(room)?.hidden) return { kind: "hidden", blocks: [] };
  if (span.starts < event.starts || span.ends > event.ends) return { kind: "outside", blocks: [] };
  return bands.some((band) => band.is_break && overlap(band, span)) ? { kind: "pause", blocks: [] } : null;
};

/**
 * null, or { kind, blocks: [sessions], … }. The kinds: "same" (it is there), "away" and "closed" (a host or the room
 * is not there then), "host" (is in another session), "taken" (they could be swapped), "later" (it is long, and
 * another one begins before its end), "hidden" (the room is), "outside" (of the event), "pause" (it runs into one).
 */
export const findObstacle = (plan, session, room, band) => {
  const span = spanFrom(plan.stand, session, band.starts);
  const others = plan.stand.sessions.filter((other) => other.id !== session.id && other.placement?.room === room);
  const there = others.filter((other) => overlap(other.placement, band));
  const { placement } = session;
  if (!there.length && placement?.room === room && overlap(placement, band)) return { kind: "same", blocks: [] };
  const absent = findAbsence(plan, session, room, span) ?? findBusyHost(plan, session, span, there);
  if (absent) return absent;
  if (there.length) return { kind: "taken", blocks: there };
  const later = others.find((other) => overlap(other.placement, span));
  return later ? { kind: "later", blocks: [later] } : findLimit(plan, room, span);
};

/** How many cells of these would take the session (none in hand: are empty). */
export const countFree = (plan, session, rooms, bands) => {
  const isFree = (room, band) =>
    session ? !findObstacle(plan, session, room.id, band) : !inCell(plan, room.id, band).length;
  return rooms.reduce((sum, room) => sum + bands.filter((band) => isFree(room, band)).length, 0);
};

const wordAbsence = ({ kind, who, spans, span }, times) => {
  const day = spans.filter(([starts]) => times.dayKey(starts) === times.dayKey(span.starts));
  const hours = joined(day.map(([starts, ends]) => times.span({ starts, ends })));
  return hours ? say(`${kind}_but`, { who, hours }) : say(`${kind}_that_day`, { who });
};

/** What stands against it, in words; "" if nothing. ``times``: see words.js. */
export const wordObstacle = (plan, obstacle, times) => {
  if (!obstacle) return "";
  const [other] = obstacle.blocks;
  switch (obstacle.kind) {
    case "away":
    case "closed":
      return wordAbsence(obstacle, times);
    case "host":
      return say("host_is_in", { host: obstacle.host.name, room: plan.roomOf.get(other.placement.room)?.name ?? "", title: other.title });
    case "later":
      return say("later_taken", { title: other.title });
    case "taken":
      return say("taken_by", { title: other.title });
    case "hidden":
      return say("room_hidden");
    case "outside":
      return say("outside");
    case "pause":
      return say("runs_into_pause");
    default:
      return say("lies_here");
  }
};
