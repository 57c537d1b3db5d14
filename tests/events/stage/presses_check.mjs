// Runs presses.js with a storage and a server of the browser's kind: node presses_check.mjs PRESSES_JS; prints for
// each case what was told, what the server was sent, and what still waits.
import { pathToFileURL } from "node:url";

const PAGE = "https://hub.example/wand/";
const MADE = "2027-03-12T09:00:00+01:00";
const AGO = "2027-03-09T09:00:00+01:00";

/** Items are properties, as in a browser; methods are not listed among them. */
class Store {
  get length() { return Object.keys(this).length; }
  key(index) { return Object.keys(this)[index] ?? null; }
  getItem(name) { return Object.hasOwn(this, name) ? this[name] : null; }
  setItem(name, text) { this[name] = String(text); }
  removeItem(name) { delete this[name]; }
}

globalThis.window = { addEventListener: () => {} };
globalThis.document = { cookie: "csrf=frisch", querySelector: () => null };
globalThis.DOMParser = class {
  // A page is told by what it says of who presses, as JSON.
  parseFromString(text) {
    const dataset = text.startsWith("{") ? JSON.parse(text) : null;
    return { querySelector: (selector) => (selector === "[data-taps]" && dataset ? { dataset } : null) };
  }
};
Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
Object.defineProperty(globalThis, "localStorage", { value: new Store(), configurable: true });

const { forgetOld, openPresses } = await import(pathToFileURL(process.argv[2]).href);
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
const answer = (status, text = "", url = PAGE) => ({ status, ok: status < 300, url, redirected: url !== PAGE, text: async () => text });
const login = "https://hub.example/konto/login/?next=/wand/";

const clear = () => {
  for (const item of Object.keys(localStorage)) localStorage.removeItem(item);
};

const run = async (who, posted, got = null, { fault = false } = {}) => {
  clear();
  const told = [];
  const sent = [];
  globalThis.fetch = async (_address, options) => {
    if (options.method !== "POST") return got;
    sent.push(options.body.get("who"));
    return sent.length > 1 ? answer(200, "{}") : posted;
  };
  const note = (name) => (what) => { told.push(typeof what === "string" ? `${name} ${what}` : name); };
  const tell = Object.fromEntries(["moved", "unknown", "other", "ended", "refused", "lost"].map((name) => [name, note(name)]));
  let faults = fault ? 1 : 0;
  const answered = () => {
    faults -= 1;
    if (faults >= 0) throw new Error("a view that cannot be shown");
    return false;
  };
  const page = { event: "e", who, staff: "1", made: MADE, token: "csrf" };
  const presses = openPresses(page, { ...tell, answered, changed: () => {} });
  presses.add({ address: "/wand/", data: [["do", "next"]], what: "Aufrufen" });
  await settled();
  if (fault) {
    presses.flush();
    await settled();
  }
  return { told, sent, waits: presses.waiting().length };
};

const late = async () => {
  clear();
  for (const item of ["stage:e:u1:a", "stage:e:u2:b", "stage-draft:e:u1:/wand/"]) {
    localStorage.setItem(item, JSON.stringify({ key: item.at(-1), at: 1, made: AGO, what: item, data: [] }));
  }
  forgetOld(MADE, "u1");
  const presses = openPresses({ event: "e", who: "u1", staff: "1", made: MADE, token: "csrf" }, { changed: () => {} });
  return { kept: Object.keys(localStorage), waits: presses.waiting().length, problems: presses.list().map((each) => each.problem) };
};

process.on("unhandledRejection", () => {}); // a fault of a view is told in the console
const u1 = JSON.stringify({ who: "u1", staff: "1" });
const seen = {
  "taken": await run("u1", answer(200, "{}")),
  "refused": await run("u1", answer(409, "Nein")),
  "another account": await run("u1", answer(401)),
  "signed out": await run("u1", answer(200, "", login), null),
  "guest without a session": await run("p1", answer(200, "", login), null),
  "link over": await run("h1", answer(200, "", login), null),
  "second factor": await run("u1", answer(403), answer(200, "", "https://hub.example/konto/2fa/")),
  "token of another time": await run("u1", answer(403), answer(200, JSON.stringify({ who: "", staff: "" }))),
  "helper forbidden": await run("h1", answer(403), answer(403)),
  "no organiser any more": await run("u1", answer(403), answer(200, JSON.stringify({ who: "u1", staff: "" }))),
  "still may": await run("u1", answer(403), answer(200, u1)),
  "a view that fails": await run("u1", answer(200, "{}"), null, { fault: true }),
  "long ago": await late(),
};
console.log(JSON.stringify(seen));
process.exit(0);
