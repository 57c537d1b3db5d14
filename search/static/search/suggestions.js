// Suggestions while somebody types: a combobox as in ARIA 1.2. Without this file the field is a plain one.
"use strict";

const PAUSE = 120;

const completeField = (field) => {
  const list = document.createElement("ul");
  list.id = `${field.id}-vorschlaege`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.suggestionsLabel);
  list.hidden = true;
  field.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) field.setAttribute(name, value);

  let offered = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  const close = () => {
    clearTimeout(timer);
    if (asking) asking.abort();
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const move = (to) => {
    active = to;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === to)));
    if (to < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", list.children[to].id);
      list.children[to].scrollIntoView({ block: "nearest" });
    }
  };

  const choose = (number) => {
    const chosen = offered[number];
    close();
    const opens = field.dataset.suggestionsOpen;
    const address = chosen.url || (opens && `${opens}?q=${encodeURIComponent(chosen.label)}`);
    if (address) {
      location.assign(address);
      return;
    }
    field.value = chosen.label;
    field.focus();
    field.dispatchEvent(new CustomEvent("suggestion", { bubbles: true }));
  };

  const show = (suggestions) => {
    offered = suggestions;
    list.replaceChildren(...suggestions.map((each, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.append(each.label);
      if (each.note) {
        const note = document.createElement("span");
        note.className = "suggestion-note";
        note.append(` ${each.note}`);
        option.append(note);
      }
      option.addEventListener("click", () => choose(number));
      return option;
    }));
    active = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !suggestions.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
  };

  const ask = async () => {
    const text = field.value;
    if (asking) asking.abort();
    if (text.trim().length < 2) return close();
    asking = new AbortController();
    try {
      const address = `${field.dataset.suggestions}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: asking.signal });
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (field.value === text && document.activeElement === field) show(found);
    } catch {
      // A newer question has taken its place, or the network is away: the field works all the same.
    }
  };

  field.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Enter" || event.key === "Tab") {
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else if (event.key === "ArrowDown") move(active === last ? -1 : active + 1);
      else move(active < 0 ? last : active - 1);
    }
  });
  field.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault());
};

document.querySelectorAll("[data-suggestions]").forEach(completeField);
