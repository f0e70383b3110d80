/** The blocks of all pages as tools see them: workflows, and commands. What only reads is in `test/unit/pages/`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ensureTools } from "../cluster/tools.ts";
import { blocksOf, pages, placeOf } from "../support/pages/pages.ts";
import { workflowsIn } from "../support/pages/yaml-blocks.ts";
import { parserErrors } from "../support/workflow-parser.ts";

const BLOCKS = pages().flatMap(blocksOf);
const folder = mkdtempSync(join(tmpdir(), "clearml-actions-pages-"));
let tools: Awaited<ReturnType<typeof ensureTools>>;

beforeAll(async () => {
  tools = await ensureTools(["actionlint", "shellcheck"]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes blocks into files that are called like the places they come from. */
function written(blocks: readonly { place: string; text: string }[], extension: string): string[] {
  return blocks.map(({ place, text }) => {
    const file = join(folder, `${place.replaceAll("/", "__")}${extension}`);
    writeFileSync(file, text);
    return file;
  });
}

function run(program: string, ...args: string[]): { code: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
  return { code: status, said: (stdout || stderr).replaceAll("__", "/") };
}

describe("workflows that pages show, and those made of their steps", () => {
  const workflows = BLOCKS.filter(({ language }) => language === "yaml").flatMap((block) =>
    workflowsIn(block.text).map((workflow) => ({ place: placeOf(block), text: stringify(workflow) })),
  );

  it("are many", () => expect(workflows.length).toBeGreaterThan(20));

  it("are taken by GitHub's parser", async () => {
    for (const file of written(workflows, ".yml")) {
      expect(await parserErrors(file), file.replaceAll("__", "/")).toEqual([]);
    }
  });

  it("are clean under actionlint", () => {
    // Which labels runners have, every organisation decides.
    const args = ["-no-color", "-oneline", "-pyflakes=", "-ignore", 'label "gpu" is unknown'];
    const result = run(
      tools.actionlint,
      ...[...args, `-shellcheck=${tools.shellcheck}`, ...written(workflows, ".yml")],
    );
    expect(result).toEqual({ code: 0, said: "" });
  });
});

describe("commands that pages show", () => {
  const scripts = BLOCKS.filter(({ language }) => language === "sh").map((block) => ({
    place: placeOf(block),
    text: `#!/usr/bin/env bash\n${block.text}`,
  }));

  it("are commands that bash reads", () => {
    expect(scripts.length).toBeGreaterThan(5);
    for (const file of written(scripts, ".sh"))
      expect(run("bash", "-n", file)).toEqual({ code: 0, said: "" });
  });

  it("are clean under shellcheck", () => {
    // People type them: whoever fails to change the folder sees it, and files are made by commands before.
    const typed = ["--exclude=SC2164,SC1091"];
    const files = written(scripts, ".sh");
    expect(run(tools.shellcheck, "--color=never", ...typed, ...files)).toEqual({ code: 0, said: "" });
  });
});
