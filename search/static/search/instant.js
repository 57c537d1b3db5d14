// Results while somebody types, and without loading the page anew. Without this file the form does the same.
"use strict";

const searchForm = document.querySelector("[data-instant]");

const startInstant = (form) => {
  const PAUSE = 250;
  const SETTLED = 2500;
  const field = form.elements.namedItem("q");
  const status = document.getElementById("ansage");
  let running = null;
  let timer = 0;
  let settling = 0;
  let shown = "";
  let unsaid = "";

  const address = (query) => `${form.getAttribute("action")}${query ? `?${query}` : ""}`;
  const part = (query, name) => `${address("")}?${query ? `${query}&` : ""}teil=${name}`;

  const queryOfForm = () => {
    const params = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const text = typeof value === "string" ? value.trim() : "";
      if (text) params.append(name, text);
    }
    return params.toString();
  };

  // What somebody meant to search for is counted once, when they have stopped typing.
  const settle = () => {
    clearTimeout(settling);
    if (unsaid) fetch(part(unsaid, "gesucht"), { keepalive: true }).catch(() => {});
    unsaid = "";
  };

  const keyOf = (box) => (box.matches(".facets") ? "facets" : `${box.className} ${box.querySelector("[name]").name}`);
  const boxesOf = (root) => [...root.querySelectorAll("details")];

  const replaceFilters = (fresh) => {
    const old = document.getElementById("filter");
    const open = new Map(boxesOf(old).map((box) => [keyOf(box), box.open]));
    const days = new Map([...old.querySelectorAll("input[type=date]")].map((day) => [day.name, day.value]));
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(fresh);
    for (const box of boxesOf(fresh)) if (open.has(keyOf(box))) box.open = open.get(keyOf(box));
    if (!held) return;
    // Somebody in the middle of a day keeps what they have typed of it.
    for (const day of fresh.querySelectorAll("input[type=date]")) if (held.type === "date") day.value = days.get(day.name);
    const same = [...fresh.querySelectorAll("input")].find(
      (box) => box.name === held.name && (box.type === "date" || box.value === held.value),
    );
    const again = same || fresh.querySelector(held.type === "submit" ? ".facets-apply" : "summary");
    if (again) again.focus({ preventScroll: true });
  };

  const show = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const results = fresh.getElementById("ergebnis");
    if (!results) throw new Error("not a part of this page");
    replaceFilters(document.adoptNode(fresh.getElementById("filter")));
    document.getElementById("ergebnis").replaceWith(document.adoptNode(results));
    document.title = results.dataset.title.trim();
    status.textContent = results.dataset.said.trim();
  };

  const load = async (query, { history: how, sure = false, focus = false }) => {
    clearTimeout(timer);
    if (running) running.abort();
    const mine = (running = new AbortController());
    document.getElementById("ergebnis").setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(part(query, "treffer"), { signal: mine.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine !== running) return;
      show(html);
    } catch (error) {
      if (mine !== running || error.name === "AbortError") return;
      // Whoever has asked for it gets the page itself, which says what is wrong.
      if (sure) return location.assign(address(query));
      status.textContent = form.dataset.failed;
      document.getElementById("ergebnis").removeAttribute("aria-busy");
      return;
    }
    if (how === "push" && query !== shown) history.pushState(null, "", address(query));
    else if (how === "replace") history.replaceState(null, "", address(query));
    const asked = new URLSearchParams(query);
    if (asked.get("q") && !asked.has("seite") && asked.get("q") !== new URLSearchParams(shown).get("q")) unsaid = query;
    shown = query;
    clearTimeout(settling);
    if (sure) settle();
    else settling = setTimeout(settle, SETTLED);
    if (focus) {
      const heading = document.getElementById("treffer");
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    }
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(() => load(queryOfForm(), { history: "replace" }), PAUSE);
  });
  field.addEventListener("suggestion", () => load(queryOfForm(), { history: "push", sure: true }));

  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") load(queryOfForm(), { history: "push", sure: true });
  });
  form.addEventListener("focusout", (event) => {
    const day = event.target;
    if (day.type === "date" && day.value !== day.defaultValue) load(queryOfForm(), { history: "push", sure: true });
  });

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button && button.hasAttribute("formaction")) return settle();
    event.preventDefault();
    const applied = Boolean(button && button.classList.contains("facets-apply"));
    if (applied && !window.matchMedia("(min-width: 64rem)").matches) button.closest("details").open = false;
    // On a phone the keyboard goes away, so that the results are seen.
    if (window.matchMedia("(pointer: coarse)").matches) field.blur();
    load(queryOfForm(), { history: "push", sure: true, focus: applied });
  });

  form.addEventListener("click", (event) => {
    const link = event.target.closest("#ergebnis a[href^='?'], #filter a[href^='?']");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const query = link.getAttribute("href").slice(1);
    field.value = new URLSearchParams(query).get("q") || "";
    load(query, { history: "push", sure: true, focus: true });
  });

  window.addEventListener("popstate", () => {
    const query = location.search.slice(1);
    if (query === shown) return; // only the place on the page has changed
    field.value = new URLSearchParams(query).get("q") || "";
    load(query, { history: "none", sure: true });
  });
  window.addEventListener("pagehide", settle);
  shown = location.search.slice(1);
};

if (searchForm && "AbortController" in window) startInstant(searchForm);
