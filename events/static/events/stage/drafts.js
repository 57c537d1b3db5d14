// What is typed on stage and wall and not sent yet: it outlives a fresh view of the page, a link and a reload.
"use strict";

const WRITTEN = "[data-tap='write']";
const CLEARED = ["session", "title", "host"]; // what is about this card or session alone

const fieldsOf = (place) => [...place.querySelectorAll("input:not([type=hidden]), select")];
const read = (field) => (field.type === "checkbox" ? field.checked : field.value);
const seenBy = (field) => field.form?.elements.seen?.value ?? "";

const isTouched = (field) => {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.options) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
  return field.value !== field.defaultValue;
};

const write = (field, value) => {
  if (field.type === "checkbox") field.checked = value;
  else if (!field.options || [...field.options].some((each) => each.value === value)) field.value = value;
};

/** Whether cards or sessions can be written there. */
export const isWritten = (place) => Boolean(place.querySelector(WRITTEN));

/** Whether something was typed or chosen there since the page was made. */
export const hasDraft = (place) => fieldsOf(place).some((field) => field.closest(WRITTEN) && isTouched(field));

/**
 * Bring what was typed in ``held`` to ``fresh``, which takes its place: a number only while the same session is
 * on stage; what was folded open stays so. False, and nothing is changed, where a card or session that is written
 * would have no place.
 */
export const carry = (held, fresh) => {
  const pairs = fieldsOf(held).filter(isTouched).map((field) => [field, field.id && fresh.querySelector(`#${field.id}`)]);
  if (pairs.some(([field, other]) => !other && field.closest(WRITTEN))) return false;
  for (const [field, other] of pairs) if (other && seenBy(field) === seenBy(other)) write(other, read(field));
  for (const part of held.querySelectorAll("details[id][open]")) fresh.querySelector(`#${part.id}`)?.setAttribute("open", "");
  return true;
};

/** A form whose content is on its way is ready for the next one. */
export const clear = (form) => {
  form.reset();
  for (const field of CLEARED.map((name) => form.elements[name]).filter(Boolean)) {
    field.value = "";
    if (!field.options) field.defaultValue = "";
  }
};

/** { keep(place, all), restore(place), forget() }; ``made`` is the server's time at which the page was made. */
export const openDrafts = (item, made) => ({
  keep: (place, all = false) => {
    if (!isWritten(place)) return;
    const fields = fieldsOf(place).filter((field) => field.closest(WRITTEN) && (all || isTouched(field)));
    try {
      if (fields.length) localStorage.setItem(item, JSON.stringify({ made, fields: fields.map((field) => [field.id, read(field)]) }));
      else localStorage.removeItem(item);
    } catch {
      // A browser that keeps nothing: it stands in the form.
    }
  },
  restore: (place) => {
    try {
      const kept = JSON.parse(localStorage.getItem(item));
      for (const [id, value] of kept?.fields ?? []) {
        const field = place.querySelector(`#${id}`);
        if (field) write(field, value);
      }
    } catch {
      // The same.
    }
  },
  forget: () => localStorage.removeItem(item),
});
