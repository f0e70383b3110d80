/**
 * What the pages tell a stranger to type, typed: every command of every page that does not say why it is not run, in
 * order, in a fresh copy of the checkout. The tutorial and the page of the command line have tests of their own.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Block, blocksOf, pages, placeOf, ROOT } from "../support/pages/pages.ts";

const OWN_TESTS = ["docs/tutorial.md", "docs/command-line.md"];
const RUN = pages()
  .filter(({ file }) => !OWN_TESTS.includes(file))
  .flatMap(blocksOf)
  .filter(({ language, notRun }) => language === "sh" && notRun === undefined);
/** What stands on two pages is typed once. */
const BLOCKS = [...new Map(RUN.toReversed().map((block) => [block.text, block])).values()].toReversed();

const folder = mkdtempSync(join(tmpdir(), "clearml-actions-stranger-"));
const checkout = join(folder, "actions");

beforeAll(() => {
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], { cwd: ROOT });
  const top = new Set(
    listed
      .toString()
      .split("\0")
      .filter(Boolean)
      .map((file) => file.split("/")[0] ?? ""),
  );
  for (const name of top) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  // `npm ci` is what every run of these tests begins with: its result stands for it.
  symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Types a block into a shell of a stranger: no variable and no program of this test run. */
function type({ text }: Block): Promise<{ code: number | null; said: string }> {
  const script = text.replaceAll(/^npm ci$/gm, "test -d node_modules");
  const { HOME, LANG, PATH = "", XDG_CACHE_HOME } = process.env;
  const own = PATH.split(delimiter).filter((each) => !each.includes("node_modules"));
  const env = { HOME, LANG, XDG_CACHE_HOME, PATH: own.join(delimiter) };
  return new Promise((done, reject) => {
    const child = spawn("bash", ["--norc", "-e", "-o", "pipefail", "-c", script], {
      ...{ cwd: checkout, env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        said += data.toString();
      });
    }
    child.once("error", reject);
    child.once("close", (code) => done({ code, said }));
  });
}

describe("what the pages tell to type", () => {
  /** What there is to see, by a word of the command. */
  const SEEN: Readonly<Record<string, readonly RegExp[]>> = {
    "npm run demo": [
      /environment `demo` .*: (no findings|\d+ notes?)\n/,
      /the plan is in /,
      /control-plane: ready after/,
      /The same once more: nothing has to change/,
      /Job summaries of the second run/,
      /nothing is left running/,
    ],
    "npm run release:pack": [/deploy-tenant/],
    "--files": [/1 file: no findings/],
    "--config": [/environment `demo` .*: (no findings|\d+ notes?)\n/],
  };

  it("is something, and all of it is known here", () => {
    expect(BLOCKS.map(({ page }) => page)).toEqual(expect.arrayContaining(["README.md"]));
    for (const block of BLOCKS) expect(seenAfter(block).length, placeOf(block)).toBeGreaterThan(0);
  });

  it.each(BLOCKS.map((block) => [placeOf(block), block] as const))(
    "%s",
    { timeout: 300_000 },
    async (_, block) => {
      const { code, said } = await type(block);
      expect(code, said).toBe(0);
      for (const words of seenAfter(block)) expect(said).toMatch(words);
    },
  );

  function seenAfter({ text }: Block): readonly RegExp[] {
    return Object.entries(SEEN).flatMap(([word, seen]) => (text.includes(word) ? seen : []));
  }
});
