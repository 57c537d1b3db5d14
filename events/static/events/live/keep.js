// What this device keeps of a board, to read it without a network: the page, its state, and what draws it.
"use strict";

export const KEPT = "events-1"; // the same name as in worker.js
const LATER_MS = 2000;

/** Have the worker keep this page and what it has loaded. Does nothing where there are no workers. */
export const keepOffline = async (worker, stand) => {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker);
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.startsWith(`${location.origin}/static/`));
    active.postMessage({ keep: [location.href.split("#")[0], new URL(stand, location.href).href, ...loaded] });
  } catch {
    // A browser that keeps nothing, for example in a private window: the page works all the same.
  }
};

let [clock, latest] = [0, null];

/**
 * Keep the state as it is now, at most every two seconds; only where the worker keeps it, which asks as everybody, and
 * without the ticket of this reader.
 */
export const keepState = (stand, state) => {
  if (!("caches" in window)) return;
  latest = state;
  clock ||= setTimeout(async () => {
    clock = 0;
    try {
      const kept = await caches.open(KEPT);
      if (!(await kept.match(stand, { ignoreVary: true }))) return;
      await kept.put(stand, new Response(JSON.stringify({ ...latest, stream: null }), { headers: { "Content-Type": "application/json" } }));
    } catch {
      // No room on the device: what was kept before stays.
    }
  }, LATER_MS);
};
