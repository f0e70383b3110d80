/** docs/command-line.md, typed: its commands in order, in a folder with the example environment. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPTIONS, secretVariable } from "../../src/core/cli-arguments.ts";
import { EXIT_CODE_MEANINGS } from "../../src/core/errors.ts";
import { shellWord } from "../../src/core/shell-word.ts";
import { ensureTools } from "../cluster/tools.ts";
import { blocksOf, page, placeOf, ROOT } from "../support/pages/pages.ts";
import { cliCommand } from "../support/run-cli.ts";

const PAGE = page("docs/command-line.md");
const TYPED = blocksOf(PAGE).filter(({ language, notRun }) => language === "sh" && notRun === undefined);
/** What there is to see, by a word of the commands. */
const SEEN: Readonly<Record<string, RegExp>> = {
  "help lint-overrides":
    /Usage: clearml-actions <action>[\s\S]*Usage: clearml-actions lint-overrides[\s\S]*demo/,
  "list-tenants": /2 of 2 tenants/,
  "node -p": /\n0\n$/,
  "helm version": /\nv\d+\.\d+\.\d+\S*\n$/,
  "exit $code": /no findings/,
};

const temp = mkdtempSync(join(tmpdir(), "command-line-page-"));
const bin = join(temp, "bin");

beforeAll(async () => {
  mkdirSync(bin);
  const tools = await ensureTools(["helm", "kubectl", "kubeconform"]);
  for (const [name, file] of Object.entries(tools)) symlinkSync(file, join(bin, name));
  // What npx does for a package that is installed.
  const { file, args } = cliCommand();
  const command = [file, ...args].map(shellWord).join(" ");
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec ${command} "$@"\n`, { mode: 0o755 });
  cpSync(join(ROOT, "workflows-examples/demo"), join(temp, "work"), { recursive: true });
});
afterAll(() => rmSync(temp, { recursive: true }));

function typed(text: string): Promise<{ code: number | null; said: string }> {
  const PATH = [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  return new Promise((done, reject) => {
    const child = spawn("bash", ["--norc", "-e", "-o", "pipefail", "-c", text], {
      cwd: join(temp, "work"),
      env: { PATH, HOME: temp },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (data: string) => {
        said += data;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => done({ code, said }));
  });
}

describe("the page of the command line", () => {
  it.each(TYPED.map((block) => [placeOf(block), block.text]))("%s can be typed", async (_, text) => {
    const seen = Object.entries(SEEN).filter(([word]) => text.includes(word));
    expect(seen).toHaveLength(1);
    const { code, said } = await typed(text);
    expect(code, said).toBe(0);
    for (const [, words] of seen) expect(said).toMatch(words);
  });

  it("lists the exit codes as the help does", () => {
    const rows = EXIT_CODE_MEANINGS.map(([code, meaning]) => `| ${code} | ${meaning} |`);
    expect(PAGE.text).toContain(`| --- | --- |\n${rows.join("\n")}\n\n`);
  });

  it("names the options, and the variables by their rule", () => {
    const { help: _, ...options } = OPTIONS;
    for (const option of Object.keys(options)) expect(PAGE.text).toContain(`| \`--${option}\` |`);
    for (const input of ["github-token", "dockerhub-token"])
      expect(PAGE.text).toContain(secretVariable(input));
  });
});
