// Random texts merged by events/noting/merging.js: nothing is lost, and every caret finds its line.
import assert from "node:assert";
import { readFileSync } from "node:fs";

const source = readFileSync(process.argv[2], "utf-8");
const { merge, findClashes, settleClash } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

let seed = 7;
const random = (below) => {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * below);
};
const WORDS = ["", "a", "b", "c", "Kosten", "Frist"];
const text = () => Array.from({ length: random(8) + 1 }, () => WORDS[random(WORDS.length)]).join("\n");
const isMark = (line) => /^(▼▼▼|◆◆◆|▲▲▲)/u.test(line);
const count = (all, line) => all.filter((each) => each === line).length;
const names = ["Kim", "Lou"];

for (let round = 0; round < 3000; round += 1) {
  const [base, one, two] = [text(), text(), text()];
  const merged = merge(base, one, two, names);
  const lines = merged.text.split("\n");
  const known = new Set(base.split("\n"));
  for (const side of [one, two].map((each) => each.split("\n"))) {
    for (const line of side) {
      if (line && !known.has(line)) assert(count(lines, line) >= count(side, line), JSON.stringify([base, one, two, merged]));
    }
  }
  assert.equal(merge(base, one, base, names).text, one);
  assert.equal(merge(base, base, two, names).text, two);
  assert.equal(merge(base, two, two, names).text, two);
  assert.equal(merged.from.length, merged.text || merged.from.length ? lines.length : 0);
  merged.from.forEach((index, at) => index >= 0 && !isMark(lines[at]) && assert(index < two.split("\n").length));
  const back = merge(base, two, one, names).text.split("\n");
  assert.deepEqual(back.filter((line) => !isMark(line)).sort(), lines.filter((line) => !isMark(line)).sort());
}

// What the server made of the same texts.
for (const [base, one, two, merged] of JSON.parse(readFileSync(process.argv[3], "utf-8"))) {
  assert.equal(merge(base, one, two, names).text, merged);
}

const clash = merge("oben\nalt", "oben\nKim", "oben\nLou", names).text;
assert.equal(clash, "oben\n▼▼▼ Kim\nKim\n◆◆◆ Lou\nLou\n▲▲▲");
const [found] = findClashes(clash);
assert.deepEqual([0, 1, "both"].map((keep) => settleClash(clash, found, keep)), ["oben\nKim", "oben\nLou", "oben\nKim\nLou"]);
console.log("3000 merges");
