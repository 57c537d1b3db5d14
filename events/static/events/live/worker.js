// Service worker of all pages under /veranstaltungen/: the network first, what is kept when there is none.
"use strict";

const KEPT = "events-1";
const PATIENCE_MS = 4000; // a network that answers later than this is none
const AT_MOST = 300; // entries that are kept

// Pages that can be read without a network. ``credentials``: "omit" keeps the page as everybody sees it, so that
// nothing personal stays on the device; "same-origin" keeps it as this visitor sees it. ``opens``: kept to be opened,
// whatever card is in the hand; what the open page asks for is never answered by what is old.
const PAGES = [
  { path: /^\/veranstaltungen\/[0-9a-f-]{36}\/programm\/$/, credentials: "omit" },
  { path: /^\/veranstaltungen\/[0-9a-f-]{36}\/projektor\/$/, credentials: "omit" },
  { path: /^\/veranstaltungen\/[0-9a-f-]{36}\/tafel\/stand\.json$/, credentials: "omit" },
  { path: /^\/veranstaltungen\/[0-9a-f-]{36}\/einlass\/$/, credentials: "same-origin" },
  { path: /^\/veranstaltungen\/[0-9a-f-]{36}\/(?:buehne|wand)\/$/, credentials: "same-origin", opens: true },
];
const STATIC = /^\/static\//;

const pageOf = (url) => PAGES.find((page) => page.path.test(url.pathname));
const isOurs = (url) => url.origin === self.location.origin && (pageOf(url) || STATIC.test(url.pathname));

const marked = async (response) => {
  const headers = new Headers(response.headers);
  headers.set("x-kept", "1");
  return new Response(await response.blob(), { status: response.status, headers });
};

const findKept = async (request) => {
  const kept = await caches.open(KEPT);
  const ignoreSearch = Boolean(pageOf(new URL(request.url))?.opens);
  const found = await kept.match(request, { ignoreVary: true, ignoreSearch });
  return found && marked(found);
};

// The server behind the proxy is away: as good as no network.
const isAway = (response) => [502, 503, 504].includes(response.status);

const answer = async (request) => {
  const found = findKept(request);
  const asked = fetch(request);
  const late = new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); }).then(() => found);
  try {
    // Nothing kept: however slow it is, the network alone can answer.
    const got = (await Promise.race([asked, late])) ?? (await asked);
    return isAway(got) ? ((await found) ?? got) : got;
  } catch (error) {
    const instead = await found;
    if (instead) return instead;
    throw error;
  }
};

const keep = async (addresses) => {
  const kept = await caches.open(KEPT);
  for (const address of addresses) {
    const url = new URL(address);
    if (!isOurs(url)) continue;
    try {
      const response = await fetch(address, { credentials: pageOf(url)?.credentials ?? "omit", redirect: "manual" });
      if (!response.ok) continue;
      await kept.delete(address, { ignoreVary: true });
      await kept.put(address, response);
    } catch {
      // The network went meanwhile: what was kept before stays.
    }
  }
  const all = await kept.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - AT_MOST)).map((one) => kept.delete(one)));
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("events-") && name !== KEPT).map((name) => caches.delete(name)));
  await self.clients.claim();
})()));
self.addEventListener("message", (event) => {
  if (Array.isArray(event.data?.keep)) event.waitUntil(keep(event.data.keep));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const isPart = pageOf(url)?.opens && event.request.mode !== "navigate";
  if (event.request.method === "GET" && isOurs(url) && !isPart) event.respondWith(answer(event.request));
});
