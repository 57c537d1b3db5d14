// Putting a new text into a field in which somebody writes: caret, selection and view stay at their lines.
"use strict";

const placeOf = (lines, offset) => {
  let rest = offset;
  let line = 0;
  while (line < lines.length - 1 && rest > lines[line].length) rest -= lines[line++].length + 1;
  return [line, rest];
};

/** ``from[i]``: which line of the old text became line i of the new one, or -1. */
export const replaceText = (field, text, from) => {
  if (field.value === text) return;
  const [old, lines] = [field.value.split("\n"), text.split("\n")];
  const where = new Map();
  from.forEach((index, line) => index >= 0 && where.set(index, line));
  const starts = [0];
  for (const line of lines) starts.push(starts.at(-1) + line.length + 1);
  const moved = (offset) => {
    const [line, column] = placeOf(old, offset);
    if (where.has(line)) return [where.get(line), starts[where.get(line)] + Math.min(column, lines[where.get(line)].length)];
    // The line is gone: the end of the nearest one above it.
    for (let above = line - 1; above >= 0; above -= 1) {
      if (where.has(above)) return [where.get(above), starts[where.get(above) + 1] - 1];
    }
    return [0, 0];
  };
  const { selectionStart, selectionEnd, selectionDirection, scrollTop } = field;
  const focused = document.activeElement === field;
  const [line, start] = moved(selectionStart);
  const [, end] = moved(selectionEnd);
  const height = field.scrollHeight / Math.max(1, old.length);
  const wasAt = placeOf(old, selectionStart)[0];
  field.value = text;
  field.setSelectionRange(start, end, selectionDirection);
  field.scrollTop = focused ? scrollTop + (line - wasAt) * height : scrollTop;
};
