import type { Operator } from "./model.ts";

const KEY = /^(\s*(?:- )?)([A-Za-z][\w.-]*):/;

/** Mistakes of copying and of YAML, wherever they fit. */
export const SYNTAX_OPERATORS: readonly Operator[] = [
  {
    family: "syntax",
    what: "a key twice",
    rules: ["duplicate-key"],
    most: 12,
    spoil: (line) => (/^\s*[a-z]\w*: [^\s|>&]/i.test(line) ? `${line}\n${line}` : undefined),
    offset: 1,
  },
  {
    family: "syntax",
    what: "a placeholder of a guide",
    rules: ["placeholder-left"],
    most: 10,
    spoil: (line) =>
      /hostName|Url|routerAddress|repository:/.test(line) && KEY.test(line)
        ? line.replace(/: .*$/, ": <YOUR_VALUE>")
        : undefined,
  },
  {
    family: "syntax",
    what: "a URL in angle brackets",
    rules: ["angle-bracket-url"],
    most: 5,
    spoil: (line) => (/: https:/.test(line) ? line.replace(/: (https:\S+)$/, ": <$1>") : undefined),
  },
  {
    family: "syntax",
    what: "curly quotes",
    rules: ["curly-quotes"],
    most: 6,
    spoil: (line) => (/: "[^"]*"$/.test(line) ? line.replace(/"([^"]*)"$/, "“$1”") : undefined),
  },
  {
    family: "syntax",
    what: "doubled escapes",
    rules: ["double-escaped-quote"],
    most: 4,
    spoil: (line) =>
      /value: '\["/.test(line) ? line.replace(/'\["(\w+)".*$/, '"[\\\\"$1\\\\"]"') : undefined,
  },
  {
    family: "syntax",
    what: "a quote that is not closed",
    rules: ["yaml-syntax"],
    most: 6,
    spoil: (line) => (/: '.*'$/.test(line) ? line.replace(/: '.*$/, ": 'x' y") : undefined),
  },
  {
    family: "syntax",
    what: "a name that ends in a colon",
    rules: ["env-name-illegal"],
    most: 6,
    spoil: (line) =>
      /- name: CLEARML/.test(line) ? line.replace(/- name: (\S+)$/, '- name: "$1:"') : undefined,
  },
  {
    family: "syntax",
    what: "a value without its quotes",
    rules: ["env-value-not-string"],
    most: 10,
    spoil: (line, { above }) =>
      /^\s+value: "(true|false|\d+)"$/.test(line) && /- name:/.test(above.at(-1) ?? "")
        ? line.replaceAll('"', "")
        : undefined,
  },
  {
    family: "syntax",
    what: "a second document",
    rules: ["several-documents"],
    most: 4,
    spoil: (line, { above }) => (above.length > 4 && /^[a-z]\w*:$/i.test(line) ? `---\n${line}` : undefined),
  },
];
