import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandsOf, findCommandFiles, readCommandTexts } from "../../../src/lint/commands/commands.ts";
import { inFolder } from "../environment/support.ts";

/** The words of each command, stages parted by `|`, redirects behind. */
function wordsOf(text: string, file = "a.sh"): string[][] {
  return commandsOf(file, text).map(({ stages }) =>
    stages.flatMap(({ words, redirects }, index) => [
      ...(index > 0 ? ["|"] : []),
      ...words.map((word) => word.text),
      ...redirects.flatMap(({ operator, target }) => [operator, target.text]),
    ]),
  );
}

const SCRIPTS: [what: string, script: string, commands: string[][]][] = [
  ["continued lines", "helm a \\\n  b\nc", [["helm", "a", "b"], ["c"]]],
  ["lines continued with two backslashes, as guides print them", "helm a \\\\\n  b\n", [["helm", "a", "b"]]],
  [
    "comments",
    "# helm x\nhelm a # b\necho a#b",
    [
      ["helm", "a"],
      ["echo", "a#b"],
    ],
  ],
  ["quotes", `helm 'a b' "c \\"d\\" $E" f\\ g`, [["helm", "a b", 'c "d" $E', "f g"]]],
  ["pipelines and lists", "a | b && c; d & e", [["a", "|", "b"], ["c"], ["d"], ["e"]]],
  ["redirects", "a > b 2>&1 < c", [["a", ">", "b", "2>&", "1", "<", "c"]]],
  [
    "here-documents",
    "cat > v.yaml <<EOF\nhelm x\nEOF\nhelm y",
    [
      ["cat", ">", "v.yaml", "<<", "<<EOF"],
      ["helm", "y"],
    ],
  ],
  [
    "indented here-documents",
    "cat <<-'E'\n\thelm x\n\tE\nhelm y",
    [
      ["cat", "<<", "<<-'E'"],
      ["helm", "y"],
    ],
  ],
  ["blocks", "if ! a; then b; fi\nfor x in y; do c; done", [["a"], ["b"], ["for", "x", "in", "y"], ["c"]]],
  [
    "substitutions",
    'v="$(helm a | b)" c',
    [
      ["v=$(helm a | b)", "c"],
      ["helm", "a", "|", "b"],
    ],
  ],
  ["expressions of GitHub", "helm ${{ inputs.a && 'b c' }} d", [["helm", "${{ inputs.a && 'b c' }}", "d"]]],
  ["placeholders and bracketed addresses", "helm <A B> <https://x.y>", [["helm", "<A B>", "<https://x.y>"]]],
  ["quotes that never end", "helm 'a b\nc", [["helm", "'", "a", "b"], ["c"]]],
  ["Windows line ends", "helm a \\\r\n b\r\nc\r\n", [["helm", "a", "b"], ["c"]]],
];

describe("commands of a script", () => {
  it.each(SCRIPTS)("%s", (_, script, expected) => {
    expect(wordsOf(script)).toEqual(expected);
  });

  it("does not lose time on text that is no script", () => {
    const started = performance.now();
    for (const piece of ["${{ ", "$(", "`", "'", '"', "<<a\n", "\\\\ ", "<a", "( ", "| "])
      commandsOf("a.sh", piece.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** Places of the words of a step's script, written in each style YAML has. */
const STYLES: [style: string, run: string, places: string[]][] = [
  ["literal", "|\n          helm a \\\n            b\n", ["5:11-15", "5:16-17", "6:13-14"]],
  ["folded", ">-\n          helm a\n          b\n", ["5:11-15", "5:16-17", "6:11-12"]],
  ["plain", "helm a\n          b\n", ["4:14-18", "4:19-20", "5:11-12"]],
  ["single quotes", "'helm ''a'' b'\n", ["4:15-19", "4:20-24", "4:26-27"]],
  ["double quotes", '"helm \\"a\\" b"\n', ["4:15-19", "4:21-25", "4:26-27"]],
];

describe("commands of a workflow", () => {
  it.each(STYLES)("have their places: %s", (_, run, expected) => {
    const text = `jobs:\n  a:\n    steps:\n      - run: ${run}`;
    const [command] = commandsOf("w.yml", text);
    const places = command?.stages[0]?.words.map(({ start, end }) => command.locate(start, end));
    expect(places?.map(({ line, column, endColumn }) => `${line}:${column}-${endColumn}`)).toEqual(expected);
  });

  it("are those of steps whose shell is one", () => {
    const text = `on: { run: helm no }
defaults: { run: { shell: bash } }
jobs:
  a:
    steps:
      - { uses: x/y, with: { run: helm no } }
      - { shell: pwsh, run: helm no }
      - { shell: "bash -e {0}", run: helm a }
runs: { steps: [{ shell: sh, run: helm b }] }
`;
    expect(wordsOf(text, "action.yaml")).toEqual([
      ["helm", "a"],
      ["helm", "b"],
    ]);
  });
});

describe("files with commands", () => {
  it("are workflows, composite actions, and the scripts beside the environment", async () => {
    const files = {
      ".github/workflows/a.yml": "jobs: { a: { steps: [{ run: helm a }] } }",
      ".github/workflows/notes.txt": "helm no",
      ".github/actions/deep/er/action.yaml": "runs: { steps: [{ run: helm b }] }",
      ".github/actions/deep/other.yaml": "runs: { steps: [{ run: helm no }] }",
      "env/install.sh": "\uFEFFhelm c",
      "env/more/other.sh": "helm no",
      "top.sh": "helm no",
    };
    await inFolder(files, async (folder) => {
      const texts = await readCommandTexts(join(folder, "env"), folder);
      const commands = [...texts].flatMap(([file, text]) => commandsOf(file, text));
      expect(commands.map(({ file, text }) => `${file}: ${text}`)).toEqual([
        ".github/workflows/a.yml: helm a",
        ".github/actions/deep/er/action.yaml: helm b",
        "env/install.sh: helm c",
      ]);
    });
  });

  it("are none where there are no folders", async () => {
    await inFolder({ "clearml.yaml": "" }, async (folder) => {
      expect(await readCommandTexts(folder)).toEqual(new Map());
    });
  });

  it("lie in the workspace, have a sensible size and are files", async () => {
    await inFolder(
      { "outside.sh": "helm no", "work/big.sh": "#".repeat(600_000), "work/a.sh": "" },
      async (root) => {
        const folder = join(root, "work");
        symlinkSync("../outside.sh", join(folder, "link.sh"));
        symlinkSync("a.sh", join(folder, "b.sh"));
        symlinkSync("gone.sh", join(folder, "dead.sh"));
        mkdirSync(join(folder, "folder.sh"));
        mkdirSync(join(root, "github/workflows"), { recursive: true });
        writeFileSync(join(root, "github/workflows/a.yml"), "");
        symlinkSync("../github", join(folder, ".github"));
        expect(await findCommandFiles(folder)).toEqual([join(folder, "a.sh"), join(folder, "b.sh")]);
      },
    );
  });
});
