// Who is to come, as far as this device may know it: digests of badges, given names, initials, states.
"use strict";

const ADDRESS = /^https?:\/\/[^/\s]+\/veranstaltungen\/b\/([A-Za-z0-9_-]{8,32})\/?$/;
const TOKEN = /^[A-Za-z0-9_-]{8,32}$/;
const CODE = /^(?=.*[0-9_])[A-Za-z0-9_-]{16}$|^https?:\/\//;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether what was typed is a code rather than a name. */
export const isCode = (text) => CODE.test(text.trim());

const tokenOf = (text) => {
  const address = text.trim().match(ADDRESS);
  if (address) return address[1];
  return TOKEN.test(text.trim()) ? text.trim() : "";
};

/** The digest of a badge; "" where it is none, null where this browser cannot say (no HTTPS). */
export const digestOf = async (text) => {
  if (/^#[0-9a-f]{64}$/.test(text)) return text.slice(1);
  const token = tokenOf(text);
  if (!token) return "";
  if (!crypto.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

export const nameOf = (person) => [person.given, person.initial].filter(Boolean).join(" ");

/** { find(digest), search(words), mark(digest, state), keep(people, etag), forget(), etag } */
export const openPeople = (event) => {
  const item = `door:${event}:people`;
  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(item)) ?? { people: [], etag: "" };
    } catch {
      return { people: [], etag: "" };
    }
  };
  let held = load();
  const save = () => localStorage.setItem(item, JSON.stringify(held));

  return {
    get etag() {
      return held.etag;
    },
    find: (digest) => held.people.find((person) => person.hash === digest) ?? null,
    search: (words) => {
      const asked = plain(words).split(/\s+/).filter(Boolean);
      const holds = (person) => asked.every((word) => plain(nameOf(person)).includes(word));
      return asked.length ? held.people.filter(holds).slice(0, 20).map((person) => ({ ...person, name: nameOf(person), affiliation: "" })) : [];
    },
    mark: (digest, state) => {
      const person = held.people.find((each) => each.hash === digest);
      if (!person || person.state === state) return;
      person.state = state;
      held.etag = "";
      save();
    },
    keep: (people, etag) => {
      held = { people, etag };
      save();
    },
    forget: () => {
      held = { people: [], etag: "" };
      localStorage.removeItem(item);
    },
  };
};
