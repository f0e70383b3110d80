import { describe, expect, it } from "vitest";
import { applyEdits, editsOf } from "../../../../src/lint/fix/edits.ts";
import type { Change } from "../../../../src/lint/model.ts";
import { type Path, parseYaml, type YamlSource } from "../../../../src/yaml/source.ts";

type Wanted =
  | { kind: "value"; path: Path; to: string | number | boolean | null }
  | { kind: "rename"; path: Path; to: string }
  | { kind: "remove"; path: Path }
  | { kind: "text"; start: number; end: number; to: string };

const value = (to: string | number | boolean | null, ...path: Path): Wanted => ({ kind: "value", path, to });
const rename = (to: string, ...path: Path): Wanted => ({ kind: "rename", path, to });
const remove = (...path: Path): Wanted => ({ kind: "remove", path });

/** The file after the changes; undefined when they are refused. */
function fixed(text: string, wanted: readonly Wanted[]): string | undefined {
  const source: YamlSource = parseYaml(text, "values.yaml");
  const edits = editsOf(wanted.map((each): Change => ({ source, ...each })));
  return edits && applyEdits(text, edits);
}

describe("a change keeps everything else as it is", () => {
  it.each<[string, string, Wanted[], string]>([
    ["plain text", "a: x # why\nb: 2\n", [value("z", "a")], "a: z # why\nb: 2\n"],
    ["a number that was meant as text", "tag: 1.30 # pin\n", [value("1.30", "tag")], 'tag: "1.30" # pin\n'],
    ["a word that YAML 1.1 takes for a boolean", "a: no\n", [value("no", "a")], 'a: "no"\n'],
    ["a number", "a: '8080'\n", [value(8080, "a")], "a: 8080\n"],
    ["a boolean", 'a: "false"\n', [value(false, "a")], "a: false\n"],
    ["null", "a: x\n", [value(null, "a")], "a: null\n"],
    ["single quotes", "a: 'it''s' # c\n", [value("that's", "a")], "a: 'that''s' # c\n"],
    ["double quotes", 'a: "x"\n', [value('say "y"', "a")], 'a: "say \\"y\\""\n'],
    ["quotes within", "a: ops@x.example\n", [value('"ops@x.example"', "a")], "a: '\"ops@x.example\"'\n"],
    ["a colon and a hash", "a: x\n", [value("b: c # d", "a")], 'a: "b: c # d"\n'],
    ["the empty text", "a: x\n", [value("", "a")], 'a: ""\n'],
    ["a value where none is", "a:\nb: 1\n", [value("x", "a")], "a: x\nb: 1\n"],
    [
      "a list item",
      "a:\n  - one # first\n  - two\n",
      [value("three", "a", 1)],
      "a:\n  - one # first\n  - three\n",
    ],
    ["a flow map", "a: { b: 1, c: yes } # c\n", [value("yes", "a", "c")], 'a: { b: 1, c: "yes" } # c\n'],
    ["a list in brackets that becomes text", "a: [x, y] # c\n", [value("[x]", "a")], 'a: "[x]" # c\n'],
    ["a tag", "a: !!str 5\n", [value("6", "a")], "a: !!str 6\n"],
    ["the anchor of another value", "x: &x 1\na: 2\nb: *x\n", [value(3, "a")], "x: &x 1\na: 3\nb: *x\n"],
    [
      "a literal block",
      "a: |\n  one # no comment\n\n  two\nb: 1 # c\n",
      [value("one\n\nthree\n", "a")],
      "a: |\n  one\n\n  three\nb: 1 # c\n",
    ],
    ["Windows line ends", "a: x # c\r\nb: 1\r\n", [value("z", "a")], "a: z # c\r\nb: 1\r\n"],
    ["a byte order mark", "\ufeffa: x\n", [value("z", "a")], "\ufeffa: z\n"],
    [
      "a key",
      "a: # c\n  exraEnvs: [] # d\n",
      [rename("extraEnvs", "a", "exraEnvs")],
      "a: # c\n  extraEnvs: [] # d\n",
    ],
    ["an alias", "a: &a 1\nb: *a # c\n", [value(2, "b")], "a: &a 1\nb: 2 # c\n"],
    ["a quoted key", "'a': 1\n", [rename("b", "a")], "'b': 1\n"],
    ["a key that needs quotes", "a: 1\n", [rename("yes", "a")], '"yes": 1\n'],
    ["a line", "a: 1\n# about b\nb: 2 # c\nc: 3\n", [remove("b")], "a: 1\n# about b\nc: 3\n"],
    ["a block", "a:\n  b: 1\n  c:\n    d: 1\n    e: 2\n  f: 3\n", [remove("a", "c")], "a:\n  b: 1\n  f: 3\n"],
    ["the last line without its end", "a: 1\nb: 2", [remove("b")], "a: 1\n"],
    ["a list item", "a:\n  - x\n  - y: 1\n    z: 2\n  - w\n", [remove("a", 1)], "a:\n  - x\n  - w\n"],
    ["a flow item", "a: [x, y, z]\n", [remove("a", 1)], "a: [x, z]\n"],
    ["the last flow item", "a: { x: 1, z: 2 }\n", [remove("a", "z")], "a: { x: 1 }\n"],
    [
      "several places at once",
      "a: 1\nb: { old: 'x' }\nc: 3 # c\n",
      [value("y", "b", "old"), rename("new", "b", "old"), remove("a")],
      "b: { new: 'y' }\nc: 3 # c\n",
    ],
    [
      "list items, from the last",
      "a:\n  - x\n  - y\n  - z\n",
      [remove("a", 0), remove("a", 1)],
      "a:\n  - z\n",
    ],
    [
      "characters of a file that does not parse",
      'a: "\\\\"x\\\\""\n',
      [
        { kind: "text", start: 4, end: 7, to: '\\"' },
        { kind: "text", start: 8, end: 11, to: '\\"' },
      ],
      'a: "\\"x\\""\n',
    ],
  ])("%s", (_, text, wanted, after) => expect(fixed(text, wanted)).toBe(after));
});

describe("a change is refused", () => {
  it.each<[string, string, Wanted[]]>([
    ["that would change what an alias repeats", "a: &a 1\nb: *a\n", [value(2, "a")]],
    ["through an alias", "a: &a { x: 1 }\nb: *a\n", [value(2, "b", "x")]],
    ["of a merged value", "a: &a { x: 1 }\nb:\n  <<: *a\n  y: 1\n", [value(2, "b", "x")]],
    ["of nothing", "a: 1\n", [value(2, "b")]],
    ["of an item that is not there", "a: [1]\n", [value(2, "a", 1)]],
    ["of a block that would be lost", "a:\n  b: 1\n", [value("x", "a")]],
    ["to a key that is there", "a: 1\nb: 2\n", [rename("b", "a")]],
    ["that would leave null for a map", "a:\n  b: 1\n", [remove("a", "b")]],
    ["of a key behind a dash", "- a: 1\n  b: 2\n", [remove(0, "a")]],
    ["to the same text", "a: x\n", [value("x", "a")]],
    ["of one of two keys of a name", "a: 1\na: 2\n", [value(3, "a")]],
    ["of a file that does not parse, other than by characters", "a: [\n", [value(1, "a")]],
    ["of characters that breaks the file", "a: x\n", [{ kind: "text", start: 3, end: 4, to: "[" }]],
    [
      "of characters that leaves a broken file as broken",
      "a: [\nb: 1\n",
      [{ kind: "text", start: 0, end: 1, to: "c" }],
    ],
    ["of characters that makes a key double", "a: x\nb: 1\n", [{ kind: "text", start: 5, end: 6, to: "a" }]],
    ["of characters to the same", "a: x\n", [{ kind: "text", start: 3, end: 4, to: "x" }]],
    ["of characters outside of the file", "a: x\n", [{ kind: "text", start: 3, end: 99, to: "y" }]],
    ["of one place twice", "a: x\n", [value("y", "a"), value("z", "a")]],
  ])("%s", (_, text, wanted) => expect(fixed(text, wanted)).toBeUndefined());
});
