import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { packedActionYml, packedStub } from "../../../scripts/release/action-folder.ts";
import { absoluteLinks, type Kind, relativeLinks } from "../../../scripts/release/links.ts";
import { releaseNotes } from "../../../scripts/release/notes.ts";
import { rootActionYml } from "../../../scripts/release/root-action.ts";
import { ACTIONS } from "../../../src/index.ts";
import { caughtProblems } from "./problems.ts";

const PAGE = "actions/deploy-tenant/README.md";
const FOLDERS = ["workflows-examples/demo", "actions/list-tenants"];
const FILES = [
  "actions/list-tenants/README.md",
  "actions/deploy-tenant/rules/a b.md",
  "CHANGELOG.md",
  "docs/x.md",
];

function kindOf(path: string): Kind {
  if (FOLDERS.includes(path.replace(/\/$/, ""))) return "folder";
  return FILES.includes(path) ? "file" : "nothing";
}

describe("absoluteLinks", () => {
  const TREE = "https://github.com/clearml/actions";
  it.each([
    ["[a](../../CHANGELOG.md)", `[a](${TREE}/blob/v1.2.3/CHANGELOG.md)`],
    ["[a](../../docs/x.md#part)", `[a](${TREE}/blob/v1.2.3/docs/x.md#part)`],
    ["[a](../../workflows-examples/demo)", `[a](${TREE}/tree/v1.2.3/workflows-examples/demo)`],
    ["[a](../list-tenants/README.md)", "[a](https://github.com/clearml/list-tenants)"],
    ["[a](../list-tenants/README.md#usage)", "[a](https://github.com/clearml/list-tenants#usage)"],
    ["[a](../list-tenants/)", "[a](https://github.com/clearml/list-tenants)"],
    ["[a](rules/a%20b.md)", `[a](${TREE}/blob/v1.2.3/actions/deploy-tenant/rules/a%20b.md)`],
    [
      "[`a`](../../CHANGELOG.md) and [b](../../docs/x.md)",
      `[\`a\`](${TREE}/blob/v1.2.3/CHANGELOG.md) and [b](${TREE}/blob/v1.2.3/docs/x.md)`,
    ],
    ["[a]: ../../CHANGELOG.md", `[a]: ${TREE}/blob/v1.2.3/CHANGELOG.md`],
    ['<img src="../../docs/x.md">', `<img src="${TREE}/blob/v1.2.3/docs/x.md">`],
    ["[a](#part)", "[a](#part)"],
    ["[a](https://example.com/x)", "[a](https://example.com/x)"],
    ["[a](mailto:a@example.com)", "[a](mailto:a@example.com)"],
    ["as `[a](nowhere)` shows", "as `[a](nowhere)` shows"],
    ["```md\n[a](nowhere)\n```\n[a](#b)", "```md\n[a](nowhere)\n```\n[a](#b)"],
  ])("%s", (text, expected) => {
    const absolute = absoluteLinks(text, PAGE, "v1.2.3", kindOf);
    expect(absolute).toBe(expected);
    expect(relativeLinks(absolute)).toEqual([]);
  });

  it.each(["[a](nowhere.md)", "[a](../../../outside.md)", "[`x`](../nowhere/README.md)"])(
    "refuses %s with its line",
    (text) => {
      const [problem] = caughtProblems(() => absoluteLinks(`first\n${text}`, PAGE, "v1.2.3", kindOf));
      expect(problem?.message).toContain("leads nowhere");
      expect(problem?.at).toMatchObject({ file: PAGE, line: 2 });
    },
  );
});

describe("packed files", () => {
  it("run the code beside them, and refuse to lead out of their folder", () => {
    const yml = (main: string) => `name: x\nruns:\n  using: node24\n  main: ${main}\n  post: ${main}\n`;
    const { runs } = parse(packedActionYml(yml("../../dist/x/index.js"), "x", "1.2.3")) as { runs: unknown };
    expect(runs).toEqual({ using: "node24", main: "dist/index.js", post: "dist/index.js" });
    expect(() => packedActionYml(yml("../../dist/y/index.js"), "x", "1.2.3")).toThrow(
      /leads out of its folder/,
    );
  });

  it("import the bundle below them", () => {
    expect(packedStub('import { x } from "../lib/index.js";', "x")).toBe(
      'import { x } from "./lib/index.js";',
    );
    expect(() => packedStub('import { x } from "../other/index.js";', "x")).toThrow(
      "needs more than dist/lib",
    );
  });
});

describe("releaseNotes", () => {
  const changelog =
    "## Unreleased\n\n- Later.\n\n## 1.2.3 - 2026-11-22\n\n- See [x](docs/x.md).\n\n## 1.2.2 - 2026-11-21\n\n- Before.\n";

  it("are those of the version on top, with links that hold there", () => {
    const [first, ...rest] = releaseNotes(changelog, kindOf).trim().split("\n");
    expect(first).toBe("- See [x](https://github.com/clearml/actions/blob/v1.2.3/docs/x.md).");
    expect(rest.join("")).toMatch(
      /^\[How to verify .*\/blob\/v1\.2\.3\/docs\/releasing\.md#verify-a-release\)$/,
    );
  });

  it("lead to a part that the page has", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/releasing.md"), "utf8");
    expect(page).toContain("\n## Verify a release\n");
  });

  it("are refused before the first version", () => {
    expect(caughtProblems(() => releaseNotes("## Unreleased\n", kindOf))[0]?.message).toContain(
      "no version yet",
    );
  });
});

describe("action.yml of the repository", () => {
  const yml = parse(rootActionYml()) as { runs: { using: string; steps: { shell: string; run: string }[] } };

  it("fails and lists every action, one per line", () => {
    expect(yml.runs.using).toBe("composite");
    const { status, stdout } = spawnSync("bash", ["-e", "-c", yml.runs.steps[0]?.run ?? ""], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    const lines = stdout.trim().split("%0A");
    expect(lines.shift()).toMatch(/^::error title=No action::/);
    expect(lines).toEqual(ACTIONS.map(({ definition }) => `  - uses: clearml/${definition.name}@v1`));
  });
});
