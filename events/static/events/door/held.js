// What this device holds of the doors and stages of events, and its end: names go at once, scans that wait go on waiting.
"use strict";

const KEPT = "events-1"; // the same name as in the worker
const PAGE = /^\/veranstaltungen\/([0-9a-f-]{36})\/(?:einlass|buehne|wand)\/$/;

const read = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const forgetNames = (start) => {
  for (const item of Object.keys(localStorage).filter((each) => each.startsWith(start))) {
    const scan = item.includes(":scan:") ? read(localStorage.getItem(item)) : null;
    if (!scan || (scan.answer && !scan.back)) localStorage.removeItem(item);
    else localStorage.setItem(item, JSON.stringify({ ...scan, name: "", seen: { kind: "noted", text: "" } }));
  }
};

const forgetPages = async (event) => {
  if (!("caches" in globalThis)) return;
  const kept = await caches.open(KEPT);
  for (const request of await kept.keys()) {
    const [, key] = new URL(request.url).pathname.match(PAGE) ?? [];
    if (key && (!event || key === event)) await kept.delete(request, { ignoreVary: true });
  }
};

/** Nobody is a helper here any more: what their link was to do at a stage is over. */
export const forgetPresses = () => {
  for (const item of Object.keys(localStorage).filter((each) => /^stage(-draft)?:[^:]+:h/.test(each))) localStorage.removeItem(item);
};

/** Forget who is to come, who came, and the page itself, of one event or of all; what waits keeps no name. */
export const forgetDoors = async (event = "") => {
  forgetNames(event ? `door:${event}:` : "door:");
  await forgetPages(event);
};
