/** The hooks of this repository, run by pre-commit itself in a repository that uses them. */
import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ensureTools } from "../cluster/tools.ts";
import { blocksOf, page } from "../support/pages/pages.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
/** What the hooks are made of. */
const PARTS = [".pre-commit-hooks.yaml", "package.json", "dist/cli", "dist/lib"];

const temp = mkdtempSync(join(tmpdir(), "pre-commit-test-"));
const hooks = join(temp, "hooks");
const user = join(temp, "user");
const bin = join(temp, "bin");
const env = {
  // Not the machine's own tools: what can be checked would depend on them.
  PATH: [bin, dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
  HOME: temp,
  PRE_COMMIT_HOME: join(temp, "pre-commit"),
  GIT_CONFIG_NOSYSTEM: "1",
};
/** The configuration that the page shows. */
const CONFIG = blocksOf(page("docs/command-line.md")).find(({ text }) => text.startsWith("repos:"));
let preCommit: string;

beforeAll(async () => {
  preCommit = (await ensureTools(["pre-commit"]))["pre-commit"];
  mkdirSync(bin);
  const { stdout: python } = await run("python3", ["-c", "import sys; print(sys.executable)"]);
  symlinkSync(python.trim(), join(bin, "python3"));
  for (const part of PARTS) cpSync(join(ROOT, part), join(hooks, part), { recursive: true });
  cpSync(join(ROOT, "workflows-examples/demo"), user, { recursive: true });
  const rev = await committed(hooks);
  await committed(user);
  const config = parse(CONFIG?.text ?? "") as { repos: { hooks: { id: string; args?: string[] }[] }[] };
  const [shown] = config.repos;
  const hook = { id: "clearml-lint-overrides-fix", args: shown?.hooks[0]?.args ?? [] };
  const repos = [{ ...shown, repo: hooks, rev, hooks: [...(shown?.hooks ?? []), hook] }];
  writeFileSync(join(user, ".pre-commit-config.yaml"), JSON.stringify({ repos }));
});
afterAll(() => rmSync(temp, { recursive: true }));

/** Makes a repository of a folder, with one commit; its id. */
async function committed(folder: string): Promise<string> {
  const git = (...args: string[]) => run("git", ["-C", folder, ...args], { env });
  await git("init", "--quiet");
  await git("add", "--all");
  await git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "all");
  return (await git("rev-parse", "HEAD")).stdout.trim();
}

async function hook(id: string): Promise<{ code: number; output: string }> {
  const ended = await run(preCommit, ["run", id, "--all-files"], { cwd: user, env }).catch(
    (failed: { code: number; stdout: string; stderr: string }) => failed,
  );
  return { code: "code" in ended ? ended.code : 0, output: ended.stdout + ended.stderr };
}

describe("the hooks for pre-commit", () => {
  const file = join(user, "overrides/redis.yaml");

  it("pass an environment without findings", async () => {
    const { code, output } = await hook("clearml-lint-overrides");
    expect(output).toMatch(/lint ClearML overrides\.+Passed/);
    expect(code).toBe(0);
  });

  it("fail for one with a finding, say where, and repair it when asked", async () => {
    // YAML makes 7.2 of it.
    appendFileSync(file, "  tag: 7.20\n");
    const found = await hook("clearml-lint-overrides");
    expect(found.output).toMatch(/overrides\/redis\.yaml:\d+:\d+: error: .*\[\w+ [\w-]+\]/);
    expect(found.code).toBe(1);
    const repaired = await hook("clearml-lint-overrides-fix");
    expect(repaired.output).toContain("files were modified by this hook");
    expect(repaired.code).toBe(1);
    expect(readFileSync(file, "utf8")).toContain('tag: "7.20"');
    expect(await hook("clearml-lint-overrides-fix")).toMatchObject({ code: 0 });
  });
});
