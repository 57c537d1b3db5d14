// What the page asks the server. Says in one word how it went: "ok", "same", "lost", "signed_out" or "odd",
// and where there was an answer its status, and the server's time.
"use strict";

const PATIENCE_MS = 10_000;

const tokenOf = (page) => {
  const start = `${page.dataset.token}=`;
  const cookie = document.cookie.split("; ").find((each) => each.startsWith(start));
  return cookie ? cookie.slice(start.length) : page.querySelector("[name=csrfmiddlewaretoken]").value;
};

const howItWent = (response) => {
  if (!response || response.status >= 500 || [408, 429].includes(response.status)) return "lost";
  if (response.redirected || [401, 403].includes(response.status)) return "signed_out";
  return response.status === 304 ? "same" : "odd";
};

const ask = async (url, options = {}) => {
  const abort = new AbortController();
  const clock = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const headers = { Accept: "application/json", ...options.headers };
    const response = await fetch(url, { cache: "no-store", ...options, headers, signal: abort.signal });
    const isJson = (response.headers.get("Content-Type") || "").includes("json");
    const told = { status: response.status, date: response.headers.get("Date") };
    if (!response.ok || response.redirected || !isJson) return { ...told, how: howItWent(response) };
    return { ...told, how: "ok", body: await response.json(), etag: response.headers.get("ETag") ?? "" };
  } catch {
    return { how: "lost" };
  } finally {
    clearTimeout(clock);
  }
};

const post = (page, url, body, type) =>
  ask(url, { method: "POST", body, headers: { "Content-Type": type, "X-CSRFToken": tokenOf(page) } });

export const fetchPeople = (page, etag) => ask(page.dataset.list, { headers: etag ? { "If-None-Match": etag } : {} });

export const searchPeople = (page, words) => ask(`${page.dataset.search}?q=${encodeURIComponent(words)}`);

export const sendScans = (page, deviceNow, scans) =>
  post(
    page,
    page.dataset.batch,
    JSON.stringify({ device_now: deviceNow, scans: scans.map(({ key, badge, at }) => ({ key, badge, at })) }),
    "application/json",
  );

export const takeBack = (page, key) =>
  post(page, page.dataset.undo, new URLSearchParams({ key }), "application/x-www-form-urlencoded");
