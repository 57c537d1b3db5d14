// The page itself on this device: the worker of all pages of events keeps it, and answers while there is no network.
"use strict";

/** Keep this page, without its query, and all that it is made of; nothing where the browser cannot (no HTTPS). */
export const keepPage = async (worker, more) => {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker);
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map((part) => part.name).filter((name) => name.startsWith(`${location.origin}/static/`));
    const wanted = more.map((each) => new URL(each, location.href).href);
    active.postMessage({ keep: [location.origin + location.pathname, ...new Set([...loaded, ...wanted])] });
  } catch {
    // A browser that keeps nothing, for example in a private window: the page works all the same.
  }
};
