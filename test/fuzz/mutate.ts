import { parseDocument } from "yaml";
import { CATALOGUE } from "../../src/catalogue/index.ts";
import type { ComponentId } from "../../src/catalogue/model.ts";
import type { Random } from "../support/random.ts";

/** Characters and words that parsers and rules stumble over. */
const NASTY = [
  "\0",
  "\t",
  "\r",
  "\u00a0",
  "\u200b",
  "\ufeff",
  "\u2028",
  "\ud800",
  "“",
  "é",
  "🦊",
  "&a",
  "*a",
  "<<: *a",
  "!!binary",
  "!x",
  "|",
  ">-",
  "%",
  "@",
  "`",
  "#",
  ": ",
  "- ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "'",
  '"',
  "\\",
  "---\n",
  "...\n",
  "? ",
  "${",
  "${A",
  "${{ secrets.X }}",
  "$${",
  "${BASE_DOMAIN}",
  "<URL>",
  "<https://x>",
  "null",
  "~",
  "yes",
  "0777",
  "1e999",
  ".inf",
  "1:30",
  "2001-01-01",
  "-",
  "http://",
  "https://user:pw@host:99999/p?a=b#c",
  "a@b.c",
  "__proto__",
  "constructor",
  "31010-31020",
  "99999999999999999999",
  "0",
  "-1",
  "1.5",
  "0.25",
  "10Gi",
  "nvidia.com/gpu",
  "nvidia.com/mig-1g.10gb",
  '[\\"a\\"]',
  "x".repeat(300),
]; // prettier-ignore

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e21,
  "",
  " ",
  "text",
  "${TOKEN}",
  "<VALUE>",
  [],
  {},
  [null],
  [[]],
  { a: null },
  ["a", 1],
  [{ name: "A", value: "b" }],
  [{ name: "A", value: 1 }],
  [{ value: "b" }],
  [{ name: ["x"], value: {} }],
  "a@b.c",
  "http://a",
  "65536",
]; // prettier-ignore

type Mutator = (text: string, random: Random, component: ComponentId) => string;

const onLines =
  (change: (lines: string[], at: number, random: Random) => void): Mutator =>
  (text, random) => {
    const lines = text.split("\n");
    change(lines, random.integer(lines.length), random);
    return lines.join("\n");
  };

const inserted = (text: string, at: number, piece: string, removed = 0) =>
  text.slice(0, at) + piece + text.slice(at + removed);

const MUTATORS: readonly Mutator[] = [
  (text, random) => inserted(text, random.integer(text.length + 1), random.pick(NASTY)),
  (text, random) => inserted(text, random.integer(text.length + 1), "", 1 + random.integer(10)),
  (text, random) => text.slice(0, random.integer(text.length + 1)),
  onLines((lines, at) => lines.splice(at, 1)),
  onLines((lines, at, random) => lines.splice(at, 0, lines[random.integer(lines.length)] ?? "")),
  onLines((lines, at, random) => {
    lines[at] = " ".repeat(random.integer(9)) + (lines[at] ?? "").trimStart();
  }),
  onLines((lines, at, random) => {
    lines[at] = (lines[at] ?? "").replace(/:.*$/s, `: ${random.pick(NASTY)}`);
  }),
  onLines((lines, at, random) => {
    lines[at] = (lines[at] ?? "").replace(
      /^(\s*-?\s*)[^:]*:/,
      `$1${random.pick(NASTY).replaceAll("$", "$$$$")}:`,
    );
  }),
  atKnownPath,
  atKnownPath,
];

/** Puts any value where the catalogue knows a key. */
function atKnownPath(text: string, random: Random, component: ComponentId): string {
  const rules = CATALOGUE[component].values;
  if (rules.length === 0) return text;
  const path = random
    .pick(rules)
    .path.replaceAll("[]", `.${random.integer(2)}`)
    .split(".")
    .map((step) => (step === "*" ? "any" : /^\d+$/.test(step) ? Number(step) : step));
  const depth = 1 + random.integer(path.length);
  try {
    const document = parseDocument(text, { logLevel: "silent" });
    document.setIn(path.slice(0, depth), document.createNode(random.pick(VALUES)));
    return document.toString();
  } catch {
    // The text before did not parse, or has a scalar on the way.
    return text;
  }
}

/** A text with one to four faults in it. */
export function mutate(text: string, random: Random, component: ComponentId): string {
  let mutated = text;
  for (let left = 1 + random.integer(4); left > 0; left--)
    mutated = random.pick(MUTATORS)(mutated, random, component);
  return mutated;
}
