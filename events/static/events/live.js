// Follows the board of an event: reads its state, hears of each change, and says when it no longer does.
"use strict";

const TICK_MS = 1000;
const ASK_MS = 12_000; // while the board is live and no stream tells of changes
const CALM_MS = 60_000; // before and after the day
const SILENT_MS = 45_000; // the server speaks every 15 seconds: a stream that does not is dead
const AT_ONCE_MS = 2000; // within this time all ask who were told the same
const AGAIN_MS = 30_000; // until a stream that was refused is tried again
const ASLEEP_MS = 5000; // two ticks so far apart from what they should be: the device slept, or its clock jumped

const LISTS = { session: ["cards", "card"], room: ["rooms", "room"], band: ["bands", "band"], notice: ["notices", "notice"] };

/** The state after a change: the thing as it is now, in the place of the one before; null takes it out. */
export const applyChange = (state, change) => {
  const next = { ...state, number: change.number };
  if (change.kind === "pitch") return { ...next, stage: change.stage ?? next.stage };
  if (change.kind === "desk") return { ...next, event: change.event ?? next.event };
  const [list, name] = LISTS[change.kind] ?? [];
  if (!list) return next;
  const others = state[list].filter((one) => one.id !== change.subject);
  return { ...next, [list]: change[name] ? [...others, change[name]] : others };
};

/** The server's time, carried on by the clock of the page, which no change of the device's clock moves. */
const keepTime = () => {
  let base = null;
  return {
    set: (iso) => { base = Date.parse(iso) - performance.now(); },
    now: () => (base === null ? Date.now() : base + performance.now()),
  };
};

/**
 * ``stand``: the address of the state. Called with the state: onState(state, { kept, before }) after it was read
 * (``kept``: from what this device kept, there is no network; ``before``: the state until then, or null),
 * onChange(change, state, before) after each change. onLost(how, state, asOf): "ok" (changes are told at once), "slow"
 * (they are asked for), "calm" (the board is not live) or "lost".
 * Returns { now, asOf, state }; ``now()`` is the server's time, ``asOf`` the last time for which the state
 * is known to be right (null: never), both in milliseconds.
 */
export const follow = ({ stand, onState = () => {}, onChange = () => {}, onLost = () => {} }) => {
  const time = keepTime();
  const spread = 0.8 + Math.random() * 0.4; // many devices do not ask at the same moment
  let [state, etag, source, told, asOf] = [null, "", null, "", null];
  let [asked, heard, refused, asking, reached] = [-Infinity, 0, -Infinity, null, false];
  let [wall, mono] = [Date.now(), performance.now()];

  const isStreaming = () => source?.readyState === EventSource.OPEN;

  const tell = () => {
    let how = "lost";
    if (isStreaming()) how = "ok";
    else if (reached) how = state?.stream ? "slow" : "calm";
    if (how !== told) onLost((told = how), state, asOf);
  };

  const close = () => {
    source?.close();
    source = null;
  };

  const hear = (change) => {
    if (!state || change.number <= state.number) return;
    // A number that is missing was never told: the whole state says what it was.
    if (change.number > state.number + 1) return void refresh();
    const before = state;
    state = applyChange(state, change);
    onChange(change, state, before);
    // When the event goes on may be different now, and with it which programme is shown.
    if (change.kind === "desk") refreshSoon();
  };

  const open = () => {
    close();
    if (!state?.stream) return;
    const address = new URL(state.stream, location.href);
    address.searchParams.set("after", state.number);
    const mine = (source = new EventSource(address));
    const on = (name, then) => mine.addEventListener(name, (event) => {
      if (mine !== source) return;
      heard = performance.now();
      then(event);
      if (state) asOf = time.now();
    });
    on("open", tell);
    on("ping", (event) => time.set(event.data));
    on("change", (event) => hear(JSON.parse(event.data)));
    on("reset", refreshSoon);
    mine.addEventListener("error", () => {
      if (mine !== source) return;
      // The browser comes back by itself unless it was refused.
      if (mine.readyState === EventSource.CLOSED) {
        close();
        refused = performance.now();
      }
      asked = Math.min(asked, performance.now() - ASK_MS + 2000);
      reached = false;
      tell();
    });
  };

  const take = (fresh, kept) => {
    const before = state;
    state = fresh;
    asOf = Date.parse(fresh.now);
    if (!kept) time.set(fresh.now);
    onState(state, { kept, before });
  };

  const read = async () => {
    const headers = etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(stand, { headers, cache: "no-store", signal: AbortSignal.timeout(10_000) });
    if (answer.status === 304) {
      asOf = time.now();
      return true;
    }
    if (!answer.ok) return false;
    const kept = answer.headers.has("x-kept");
    const fresh = await answer.json();
    // What a stream told meanwhile is newer than what was asked before.
    if (isStreaming() && state && fresh.number < state.number) return true;
    if (!kept || !state) take(fresh, kept);
    etag = kept ? "" : answer.headers.get("ETag") ?? "";
    return !kept;
  };

  const ask = () => {
    asked = performance.now();
    asking ??= read().catch(() => false).then((is) => {
      [asking, reached] = [null, is];
      if (!source && state?.stream && performance.now() - refused > AGAIN_MS) open();
      if (source && !state?.stream) close();
      tell();
    });
    return asking;
  };

  // Whatever was known is forgotten: the state is read, and a stream begins from it.
  const refresh = async () => {
    await asking;
    close();
    [etag, refused] = ["", -Infinity];
    return ask();
  };

  const refreshSoon = () => setTimeout(refresh, Math.random() * AT_ONCE_MS);

  const hasCrossed = (before, after) =>
    [state?.live?.starts, state?.live?.ends].some((edge) => edge && before < Date.parse(edge) && Date.parse(edge) <= after);

  let seen = time.now();
  const tick = () => {
    // The timers of a hidden page stand still as if it slept; it looks when it is seen again.
    if (document.hidden) return undefined;
    const [lastWall, lastMono, lastSeen] = [wall, mono, seen];
    [wall, mono, seen] = [Date.now(), performance.now(), time.now()];
    const slept = Math.max(wall - lastWall, mono - lastMono) > ASLEEP_MS || Math.abs(wall - lastWall - (mono - lastMono)) > ASLEEP_MS;
    if (slept || hasCrossed(lastSeen, seen)) return refresh();
    if (source && mono - heard > SILENT_MS && isStreaming()) return refresh();
    if (isStreaming()) return undefined;
    const pause = state && !state.stream && reached ? CALM_MS : ASK_MS;
    return mono - asked > pause * spread ? ask() : undefined;
  };

  const look = () => {
    if (document.hidden) return;
    [wall, mono] = [Date.now(), performance.now()];
    refresh();
  };
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", refresh);
  window.addEventListener("offline", () => { reached = false; close(); tell(); });
  ask();

  return {
    now: time.now,
    get asOf() { return asOf; },
    get state() { return state; },
  };
};
