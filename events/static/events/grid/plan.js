// What stands where, what waits to be sent, and what would go where. No page, no network.
"use strict";

export const overlap = (one, other) => one.starts < other.ends && other.starts < one.ends;

/** The state with lookups by id; instants compare as text, all being UTC of one form. */
export const readPlan = (stand) => {
  const byId = (list) => new Map(list.map((item) => [item.id, item]));
  const sessions = byId(stand.sessions);
  const used = new Set(stand.sessions.map((session) => session.placement?.room));
  const rooms = stand.rooms.filter((room) => !room.hidden || used.has(room.id));
  const bands = stand.bands.filter((band) => !band.is_break);
  return { stand, sessions, rooms, bands, roomOf: byId(stand.rooms), bandOf: byId(stand.bands) };
};

/** The sessions in a room during a band, in their order. */
export const inCell = (plan, room, band) =>
  plan.stand.sessions
    .filter(({ placement }) => placement && placement.room === room && overlap(placement, band))
    .sort((one, other) => (one.placement.starts < other.placement.starts ? -1 : 1));

/** Whether a session began in a band before this one. */
export const runsOn = (plan, session, band) =>
  session.placement.starts < band.starts &&
  plan.bands.some((earlier) => earlier.starts < band.starts && overlap(session.placement, earlier));

/** Placed, but in no cell: its band is gone. */
export const isAstray = (plan, session) =>
  Boolean(session.placement) && !plan.bands.some((band) => overlap(session.placement, band));

export const isPlaceable = (session) => session.state === "accepted";

const plus = (instant, minutes) => new Date(Date.parse(instant) + minutes * 60000).toISOString().replace(".000Z", "Z");

/** From the start of a band on: as long as the session, and at least as long as the band. */
export const spanFrom = (stand, session, starts) => {
  const band = stand.bands.find((each) => each.starts === starts && !each.is_break);
  const last = plus(starts, session.minutes);
  return { starts, ends: band && band.ends > last ? band.ends : last };
};

const carryOut = (stand, command) => {
  const changes = new Map();
  const find = (id) => stand.sessions.find((session) => session.id === id);
  const [session, other] = [find(command.session), find(command.other)];
  if (command.do === "place" && session) {
    changes.set(session.id, { room: command.room, ...spanFrom(stand, session, command.starts) });
  } else if (command.do === "remove" && session) {
    changes.set(session.id, null);
  } else if (command.do === "swap" && session && other) {
    changes.set(session.id, other.placement).set(other.id, session.placement);
  }
  const move = (each) => (changes.has(each.id) ? { ...each, placement: changes.get(each.id), waits: true } : each);
  return { ...stand, sessions: stand.sessions.map(move) };
};

/** The state as it will be once what waits is carried out; what it touches has the mark ``waits``. */
export const foresee = (stand, commands) => commands.reduce(carryOut, stand);

/** The state with these sessions as the server has just told them. */
export const mergeSessions = (stand, changed, fields = {}) => {
  const told = new Map(changed.map((session) => [session.id, session]));
  const known = stand.sessions.map((session) => {
    const fresh = told.get(session.id);
    told.delete(session.id);
    return fresh && fresh.version >= session.version ? { ...session, ...fresh } : session;
  });
  return { ...stand, ...fields, sessions: [...known, ...told.values()] };
};

/** The sessions that differ in place or wording between two states. */
export const findMoved = (before, after) => {
  const versions = new Map(before.sessions.map((session) => [session.id, session.version]));
  return after.sessions.filter((session) => versions.has(session.id) && versions.get(session.id) !== session.version);
};
