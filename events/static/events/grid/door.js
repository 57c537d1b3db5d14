// The two addresses of the plan: its state, and orders. Says in one word how it went.
"use strict";

const PATIENCE_MS = 10_000;
const FIELDS = ["key", "do", "session", "other", "room", "starts", "seen", "seen_other", "number"];

const isJson = (response) => (response.headers.get("Content-Type") || "").includes("json");

const ask = async (url, options) => {
  const abort = new AbortController();
  const clock = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const response = await fetch(url, { cache: "no-store", ...options, headers, signal: abort.signal });
    const body = isJson(response) ? await response.json() : null;
    return { response, body };
  } catch {
    return { response: null, body: null };
  } finally {
    clearTimeout(clock);
  }
};

const howItWent = (response) => {
  if (!response || response.status >= 500 || [408, 429].includes(response.status)) return "lost";
  if (response.redirected || [401, 403].includes(response.status)) return "signed_out";
  return response.status === 404 ? "gone" : "odd";
};

/** { how: "same" | "new" | "lost" | "signed_out" | "barred" | "gone" | "odd", stand, etag } */
export const fetchStand = async (url, etag) => {
  const { response, body } = await ask(url, { headers: etag ? { "If-None-Match": etag } : {} });
  if (response?.status === 304) return { how: "same" };
  if (response?.ok && !response.redirected && body) return { how: "new", stand: body, etag: response.headers.get("ETag") };
  // Whoever only reads needs no token: it is the account itself that organises nothing here any more.
  return { how: response?.status === 403 ? "barred" : howItWent(response) };
};

// The cookie is newer than the page where somebody has signed in again in another tab.
const tokenOf = (page) => {
  const start = `${page.dataset.token}=`;
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(start));
  return cookie ? cookie.slice(start.length) : page.querySelector("[name=csrfmiddlewaretoken]").value;
};

/** { how: "done" | "refused" | "lost" | "signed_out" | "gone" | "odd", body } */
export const sendOrder = async (page, command) => {
  const order = Object.fromEntries(FIELDS.filter((name) => command[name] != null).map((name) => [name, command[name]]));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": tokenOf(page), "X-Account": page.dataset.user };
  const { response, body } = await ask(page.dataset.orders, { method: "POST", headers, body: JSON.stringify(order) });
  if (response?.ok && !response.redirected && body) return { how: "done", body };
  if ([409, 422].includes(response?.status) && body) return { how: "refused", body };
  return { how: howItWent(response) };
};
