// Runs the service worker with a network and a cache that are made up, and prints what it answers.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const ORIGIN = "https://hub.example";
const EVENT = `${ORIGIN}/veranstaltungen/00000000-0000-4000-8000-000000000001`;
const handlers = {};
let network = null;
let held = [];

const cache = {
  match: async (request, { ignoreSearch }) => {
    const plain = (address) => (ignoreSearch ? address.split("?")[0] : address);
    return held.includes(plain(request.url)) ? new Response("kept") : undefined;
  },
};
const self = { location: { origin: ORIGIN }, addEventListener: (name, does) => { handlers[name] = does; } };
const around = { self, caches: { open: async () => cache }, fetch: () => network(), Headers, Response, URL, Promise, setTimeout };
vm.runInNewContext(readFileSync(process.argv[2], "utf8"), around);

const ask = async (path, status, { kept = true, mode = "navigate" } = {}) => {
  held = kept ? [`${EVENT}/${path.split("?")[0]}`] : [];
  network = async () => {
    if (!status) throw new TypeError("no network");
    return new Response("fresh", { status });
  };
  let answered = "untouched";
  handlers.fetch({ request: { url: `${EVENT}/${path}`, method: "GET", mode }, respondWith: (answer) => { answered = answer; } });
  const answer = await answered;
  return typeof answer === "string" ? answer : [answer.status, await answer.text(), answer.headers.get("x-kept")];
};

console.log(JSON.stringify({
  fresh: await ask("einlass/", 200),
  "no network": await ask("einlass/", 0),
  "bad gateway": await ask("programm/", 502),
  "server away": await ask("programm/", 503),
  "too slow": await ask("programm/", 504),
  "away and nothing kept": await ask("programm/", 503, { kept: false }),
  "a fault is an answer": await ask("programm/", 500),
  "not any more": await ask("einlass/", 404),
  "wall with a card": await ask("wand/?karte=1", 0),
  "what the wall asks for": await ask("wand/?stand=1", 200, { mode: "cors" }),
}));
process.exit(0);
