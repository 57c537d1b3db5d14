// Merging by lines under the rules of events/noting/merging.py, for what is typed while an answer is on its way.
"use strict";

export const FIRST = "▼▼▼";
export const SECOND = "◆◆◆";
export const END = "▲▲▲";

/** Pairs of lines that are compared; parts beyond it are split at lines that stand once in each. See pairing.py. */
const COMPARED = 10000;

/** Pairs of lines that are the same in both; what is the same at the ends first. */
const pairsOf = (base, text) => {
  const shorter = Math.min(base.length, text.length);
  let head = 0;
  while (head < shorter && base[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && base[base.length - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  const inner = pairInner(base.slice(head, base.length - tail), text.slice(head, text.length - tail));
  const pairs = [];
  for (let i = 0; i < head; i += 1) pairs.push([i, i]);
  for (const [i, j] of inner) pairs.push([head + i, head + j]);
  for (let i = tail; i > 0; i -= 1) pairs.push([base.length - i, text.length - i]);
  return pairs;
};

const pairInner = (one, two) => {
  if (one.length * two.length <= COMPARED) return pairAll(one, two);
  const pairs = [];
  let [start, first] = [0, 0];
  for (const [end, last] of [...pairUnique(one, two), [one.length, two.length]]) {
    if ((end - start) * (last - first) <= COMPARED) {
      for (const [i, j] of pairAll(one.slice(start, end), two.slice(first, last))) pairs.push([start + i, first + j]);
    }
    if (end < one.length) pairs.push([end, last]);
    [start, first] = [end + 1, last + 1];
  }
  return pairs;
};

/** The longest common sequence; of two that are as long, the one that leaves out lines of ``one`` first. */
const pairAll = (one, two) => {
  const width = two.length + 1;
  const longest = new Uint16Array((one.length + 1) * width);
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = two.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        one[i] === two[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < one.length && j < two.length; ) {
    if (one[i] === two[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return pairs;
};

/** Lines that stand once in each, the longest series of them that has the same order in both. */
const pairUnique = (one, two) => {
  const places = placesOf(two);
  const shared = [...placesOf(one)].filter(([line, i]) => i >= 0 && places.get(line) >= 0).map(([line, i]) => [i, places.get(line)]);
  shared.sort((a, b) => a[0] - b[0]);
  const ends = [];
  const lasts = [];
  const before = [];
  shared.forEach(([, j], index) => {
    const found = ends.findIndex((end) => end >= j);
    const length = found < 0 ? ends.length : found;
    before.push(length ? lasts[length - 1] : -1);
    ends[length] = j;
    lasts[length] = index;
  });
  const series = [];
  for (let index = lasts.at(-1) ?? -1; index >= 0; index = before[index]) series.unshift(shared[index]);
  return series;
};

/** Where each line stands; -1 for those that stand there more than once. */
const placesOf = (lines) => {
  const places = new Map();
  lines.forEach((line, index) => places.set(line, places.has(line) ? -1 : index));
  return places;
};

/** ``lines[i]``: index in text of what stands for base line i, or null; ``before[i]``: indices put before it. */
const align = (base, text) => {
  const lines = Array(base.length).fill(null);
  const before = Array.from({ length: base.length + 1 }, () => []);
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...pairsOf(base, text), [base.length, text.length]]) {
    for (; i < nextI && j < nextJ; i += 1, j += 1) {
      // What was written on a blank line was put there, and the blank line is gone.
      if (base[i].trim() || base[i] === text[j]) lines[i] = j;
      else before[i + 1].push(j);
    }
    i = nextI;
    while (j < nextJ) before[nextI].push(j++);
    if (nextI < base.length) lines[i++] = j++;
  }
  return { lines, before };
};

/**
 * Both texts in one. Returns ``text``, and ``from``: for each of its lines its index in ``two``, or -1,
 * so that a caret finds its place again.
 */
export const merge = (baseText, oneText, twoText, names) => {
  const [base, one, two] = [baseText, oneText, twoText].map((text) => text.split("\n"));
  const [first, second] = [align(base, one), align(base, two)];
  const merged = [];
  const from = [];
  let clash = { one: [], two: [] };
  const put = (line, index = -1) => {
    merged.push(line);
    from.push(index);
  };
  const settle = () => {
    if (!clash.one.length) return;
    put(`${FIRST} ${names[0]}`.trim());
    for (const index of clash.one) put(one[index]);
    put(`${SECOND} ${names[1]}`.trim());
    for (const index of clash.two) put(two[index], index);
    put(END);
    clash = { one: [], two: [] };
  };
  for (let i = 0; i <= base.length; i += 1) {
    const [mine, theirs] = [second.before[i], first.before[i]];
    if (mine.length || theirs.length) {
      settle();
      const same = mine.length === theirs.length && mine.every((index, place) => two[index] === one[theirs[place]]);
      if (!same) for (const index of theirs) put(one[index]);
      for (const index of mine) put(two[index], index);
    }
    if (i === base.length) break;
    const [a, b] = [first.lines[i], second.lines[i]];
    const [lineA, lineB] = [a === null ? null : one[a], b === null ? null : two[b]];
    if (lineA === base[i] || lineA === lineB) {
      if (b !== null) settle(), put(lineB, b);
    } else if (lineB === base[i]) {
      if (a !== null) settle(), put(lineA, b);
    } else if (lineA === null || lineB === null) {
      settle();
      if (a !== null) put(lineA);
      if (b !== null) put(lineB, b);
    } else {
      clash.one.push(a);
      clash.two.push(b);
    }
  }
  settle();
  return { text: merged.join("\n"), from };
};

/** The places with two versions: line numbers of the marks and both names. */
export const findClashes = (text) => {
  const found = [];
  let open = null;
  text.split("\n").forEach((line, index) => {
    if (line.startsWith(FIRST)) open = { start: index, names: [line.slice(FIRST.length).trim()] };
    else if (open && line.startsWith(SECOND)) Object.assign(open, { middle: index }) && open.names.push(line.slice(SECOND.length).trim());
    else if (open?.middle && line.startsWith(END)) {
      found.push({ ...open, end: index });
      open = null;
    }
  });
  return found;
};

/** The text with one clash settled: ``keep`` is 0, 1 or "both". */
export const settleClash = (text, clash, keep) => {
  const lines = text.split("\n");
  const versions = [lines.slice(clash.start + 1, clash.middle), lines.slice(clash.middle + 1, clash.end)];
  const kept = keep === "both" ? versions.flat() : versions[keep];
  return [...lines.slice(0, clash.start), ...kept, ...lines.slice(clash.end + 1)].join("\n");
};
