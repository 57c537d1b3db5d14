// Runs keep.js with a store of the browser's kind: node keeping_check.mjs KEEP_JS; prints what is kept at the end.
import { pathToFileURL } from "node:url";

const store = new Map();
const kept = {
  match: async (address) => store.get(address),
  put: async (address, response) => store.set(address, response),
};
globalThis.window = globalThis;
globalThis.caches = { open: async () => kept };
globalThis.setTimeout = (then) => (queueMicrotask(then), 1);

const { keepState } = await import(pathToFileURL(process.argv[2]).href);
const settled = () => new Promise((resolve) => setImmediate(resolve));
const state = { number: 2, cards: ["Kim"], stream: "/live/?ticket=geheim" };

store.set("/offen/stand.json", new Response("{}"));
for (const stand of ["/intern/stand.json", "/offen/stand.json"]) {
  keepState(stand, state);
  await settled();
}
const told = await Promise.all([...store].map(async ([address, response]) => [address, await response.json()]));
console.log(JSON.stringify(Object.fromEntries(told)));
