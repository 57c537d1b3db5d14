// Every date of a calendar file, as ical.js reads it: node ical.mjs LIBRARY FIRST LAST < file.ics
// Writes a list of [uid, start, end], in seconds since 1970.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, first, last] = process.argv.slice(2);
const { default: ICAL } = await import(pathToFileURL(library));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const components = calendar.getAllSubcomponents("vevent");
const isMoved = (component) => component.hasProperty("recurrence-id");
const uidOf = (component) => component.getFirstPropertyValue("uid");
const moved = components.filter(isMoved);
// Left to itself, it takes the moved dates of all other events for those of this one.
const exceptionsOf = (component) => moved.filter((other) => uidOf(other) === uidOf(component));
const masters = components
  .filter((component) => !isMoved(component))
  .map((component) => new ICAL.Event(component, { exceptions: exceptionsOf(component) }));
const known = new Set(masters.map((event) => event.uid));
const dates = [];
const add = (uid, start, end) => {
  const begins = start.toUnixTime();
  if (begins >= Number(first) && begins < Number(last)) dates.push([uid, begins, end.toUnixTime()]);
};
for (const component of moved) {
  const event = new ICAL.Event(component, { exceptions: [] });
  if (!known.has(event.uid)) add(event.uid, event.startDate, event.endDate);
}
// A date moved into the time looked at may be one that the rule has after it.
const beyond = Number(last) + 400 * 86400;
for (const event of masters) {
  if (!event.isRecurring()) {
    add(event.uid, event.startDate, event.endDate);
    continue;
  }
  const steps = event.iterator();
  for (let next = steps.next(); next && next.toUnixTime() < beyond; next = steps.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(next);
    add(event.uid, startDate, endDate);
  }
}
process.stdout.write(JSON.stringify(dates));
