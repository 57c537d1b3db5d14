// What runs now and what is next, and announcements, drawn again as time goes on.
"use strict";

import { listEntries } from "./entries.js";
import { dayOf, make, say, sayClock } from "./words.js";

/** Entries that run at that time of the server, and those that begin together after them on the same day. */
export const findNear = (state, now) => {
  const zone = state.event.time_zone;
  const entries = listEntries(state);
  const running = entries.filter((one) => Date.parse(one.starts) <= now && now < Date.parse(one.ends));
  const ahead = entries.filter((one) => Date.parse(one.starts) > now && dayOf(one.starts, zone) === dayOf(now, zone));
  return { now: running, next: ahead.filter((one) => one.starts === ahead[0].starts) };
};

const describe = (entry, zone, isNow) => {
  const item = make("li");
  const parts = [make("strong", "near-title", entry.title)];
  if (entry.room) parts.push(make("span", "near-room", entry.room));
  if (entry.hosts.length) parts.push(make("span", "near-hosts", entry.hosts.join(" · ")));
  parts.push(make("span", "near-time", isNow ? say("until", { at: sayClock(entry.ends, zone) }) : say("at", { at: sayClock(entry.starts, zone) })));
  item.append(...parts.flatMap((part) => [part, " "]));
  return item;
};

// Nothing is touched that stays as it is, so that nothing is read out again.
const fill = (place, items) => {
  const fresh = items.map((item) => item.outerHTML).join("");
  if (place.dataset.drawn === fresh) return;
  place.dataset.drawn = fresh;
  place.replaceChildren(...items);
};

/** Fill [data-now] and [data-next] of a page. */
export const drawNear = (page, state, now) => {
  const [running, next] = [page.querySelector("[data-now]"), page.querySelector("[data-next]")];
  if (!running || !next) return;
  const near = findNear(state, now);
  const draw = (place, entries, isNow, nothing) => fill(place, entries.length ? entries.map((one) => describe(one, state.event.time_zone, isNow)) : [make("li", "near-nothing", say(nothing))]);
  draw(running, near.now, true, "nothing_now");
  draw(next, near.next, false, "nothing_next");
};

/** Fill [data-notices], which is never hidden, so that what comes is read out; what is over goes by itself. */
export const drawNotices = (page, state, now) => {
  const place = page.querySelector("[data-notices]");
  const shown = state.notices.filter((one) => !one.until || Date.parse(one.until) > now).sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  fill(place, shown.map((one) => make("p", "notice", one.text)));
};
