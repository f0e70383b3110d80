import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatProblem, UserError } from "../../../src/core/errors.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { type Files, inFolder, problemsOf, SOUND, SOUND_TENANT } from "./support.ts";

/** What is said of an environment in `work`, after `prepare` has made what files alone cannot be. */
function problemsIn(files: Files, prepare: (folder: string) => void): Promise<string[]> {
  return inFolder(files, async (folder) => {
    prepare(folder);
    try {
      await loadEnvironment("clearml.yaml", { cwd: join(folder, "work") });
      return [];
    } catch (thrown) {
      if (thrown instanceof UserError) return thrown.problems.map(formatProblem);
      throw thrown;
    }
  });
}

const CONFIG = `${SOUND.replace("{ version: 10.12.7 }", "{ version: 10.12.7, overrides: [values.yaml] }")}tenants: tenants/*.yaml\n`;
const BASE: Files = {
  "work/clearml.yaml": CONFIG,
  "work/tenants/acme.yaml": SOUND_TENANT,
  "outside/secret.yaml": "password: hunter2\n",
};

describe("an environment with a hostile file", () => {
  it.each<[string, (folder: string) => void, string]>([
    [
      "an override that links out of the workspace",
      (folder) => symlinkSync("../outside/secret.yaml", join(folder, "work/values.yaml")),
      "clearml.yaml:5:50: override file values.yaml is a link that leads out of the working folder",
    ],
    [
      "an override that is a pipe",
      (folder) => execFileSync("mkfifo", [join(folder, "work/values.yaml")]),
      "clearml.yaml:5:50: override file values.yaml is no regular file",
    ],
    [
      "an override that links to a device",
      (folder) => symlinkSync("/dev/zero", join(folder, "work/values.yaml")),
      "clearml.yaml:5:50: override file values.yaml is no regular file",
    ],
  ])("%s is refused at its place", async (_what, prepare, problem) => {
    const problems = await problemsIn(BASE, prepare);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain("hunter2");
  });

  it("a tenant that links out of the workspace is refused", async () => {
    const files = { ...BASE, "work/values.yaml": "" };
    const problems = await problemsIn(files, (folder) =>
      symlinkSync("../../outside/secret.yaml", join(folder, "work/tenants/evil.yaml")),
    );
    expect(problems).toEqual([
      expect.stringContaining("tenants/evil.yaml is a link that leads out of the working folder"),
    ]);
  });

  it.each(["__proto__", "constructor", "toString"])("a component called %s is unknown", async (id) => {
    const problems = await problemsOf({ "clearml.yaml": `${SOUND}  ${id}: {}\n` });
    expect(problems).toEqual([expect.stringContaining(`clearml.yaml:6:3`)]);
    expect(problems[0]).toContain(id);
  });

  it.each(["__proto__", "constructor"])("a variable called %s is only a variable", async (name) => {
    await problemsOf({ "clearml.yaml": `${SOUND}variables: { ${name}: x }\n` });
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("a rule called like a member of every object is unknown", async () => {
    const problems = await problemsOf({
      "clearml.yaml": `${SOUND}lint: { rules: { constructor: hidden } }\n`,
    });
    expect(problems).toEqual([expect.stringContaining("clearml.yaml:6:")]);
  });
});
