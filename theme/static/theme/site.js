// Conveniences only: every page works without this file.
"use strict";

// What is wrong with a form is read out first, and the next key leads to its fields.
const faults = document.querySelector("[data-error-summary]");
if (faults) faults.focus();

// The table of contents shows which section is being read.
const contents = document.querySelector(".doc-toc");
if (contents && "IntersectionObserver" in window) {
  const links = new Map(
    [...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const visible = new Set();
  const observer = new IntersectionObserver(
    (changes) => {
      for (const change of changes) {
        if (change.isIntersecting) visible.add(change.target.id);
        else visible.delete(change.target.id);
      }
      const here = [...links.keys()].find((id) => visible.has(id));
      if (!here) return;
      for (const [id, link] of links) link.classList.toggle("here", id === here);
    },
    { rootMargin: "-10% 0px -60% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) observer.observe(section);
  }
}

// A passage inside closed details would be a link to nowhere.
const revealTarget = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
};
window.addEventListener("hashchange", revealTarget);
revealTarget();

// Browsers that cannot show the content of closed details by style get the filters opened.
const wide = window.matchMedia("(min-width: 64rem)");
if (!CSS.supports("selector(::details-content)")) {
  const openFilters = () => document.querySelectorAll(".facets, .doc-toc details").forEach((box) => (box.open = wide.matches));
  wide.addEventListener("change", openFilters);
  openFilters();
}

// The search is one key away: Ctrl+K, and / for whoever is not writing and has not switched it off (WCAG 2.1.4).
const SLASH_OFF = "search-key-off";
const kept = (change) => {
  try {
    if (change !== undefined) localStorage.setItem(SLASH_OFF, change);
    return localStorage.getItem(SLASH_OFF) || "";
  } catch {
    return ""; // The browser keeps nothing.
  }
};
const isWriting = (place) => place.isContentEditable || place.matches("input, textarea, select");
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const control = event.ctrlKey || event.metaKey;
  const opens = control ? event.key.toLowerCase() === "k" : event.key === "/" && !isWriting(event.target) && !kept();
  const field = document.querySelector("[data-search-box]");
  // Without a field here the search is another page: nobody leaves one while writing on it.
  if (!opens || (!field && isWriting(event.target))) return;
  event.preventDefault();
  if (!field) return location.assign("/suche/#suchwort");
  field.focus();
  field.select();
});
for (const line of document.querySelectorAll("[data-keys]")) {
  const button = line.querySelector("button");
  const say = () => (button.textContent = kept() ? button.dataset.on : button.dataset.off);
  button.addEventListener("click", () => {
    kept(kept() ? "" : "1");
    say();
  });
  say();
  line.hidden = false;
}
