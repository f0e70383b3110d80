import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const temp = mkdtempSync(join(tmpdir(), "cli-test-"));
afterAll(() => rmSync(temp, { recursive: true }));

function cli(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = {
    cwd: join(ROOT, "workflows-examples/demo"),
    env: { PATH: process.env.PATH, TMPDIR: temp },
  };
  return new Promise((done) => {
    execFile(process.execPath, [join(ROOT, "dist/cli/index.js"), ...args], options, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

describe("clearml-actions", () => {
  it("lists its actions, and the inputs of one", async () => {
    expect((await cli("help")).stdout).toMatch(
      /setup-clearml-helm .*\n.*lint-overrides .*\n.*deploy-control-plane /,
    );
    expect((await cli("deploy-tenant", "--help")).stdout).toMatch(/--tenant .*\(required\)/);
  });

  it("prints the outputs as JSON on stdout, and nothing else there", async () => {
    const { code, stdout } = await cli("lint-overrides", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ errors: "0", warnings: "0" });
  });

  it("prints the summary without --json", async () => {
    expect((await cli("lint-overrides")).stdout).toContain("## lint-overrides");
  });

  it.each([
    [["lint-overides"], "did you mean `lint-overrides`?"],
    [["lint-overrides", "--confg", "x"], "did you mean `--config`?"],
    [["lint-overrides", "--config"], "`--config` has no value"],
    [["lint-overrides", "clearml.yaml"], "unexpected argument `clearml.yaml`"],
    [["lint-overrides", "--config", "nope.yaml"], "nope.yaml does not exist"],
    [["deploy-tenant"], "input `tenant` is missing"],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, stderr } = await cli(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("shows findings as file:line:col and ends with 1", async () => {
    const file = join(ROOT, "test/fixtures/seeds/multi-tenant-redis.yaml");
    const { code, stderr } = await cli("lint-overrides", "--files", `${file}=redis`, "--fail-on", "warning");
    expect(code).toBe(1);
    expect(stderr).toMatch(/multi-tenant-redis\.yaml:\d+:\d+: (warning|error): .*\[L55 well-known-secret\]/);
  });
});
