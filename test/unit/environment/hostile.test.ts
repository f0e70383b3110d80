import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatProblem, UserError } from "../../../src/core/errors.ts";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { type Files, inFolder, load, problemsOf, SOUND, SOUND_TENANT } from "./support.ts";

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

describe("a name that would be something else for Helm, or for the runner", () => {
  const component = (fields: string) => SOUND.replace("{ version: 10.12.7 }", fields);
  it.each([
    ["{ chart: '--post-renderer=./evil.sh' }", "expected a chart's name"],
    ["{ chart: '-x' }", "expected a chart's name"],
    ['{ chart: "clearml\\n--debug" }', "without control characters"],
    ["{ version: '--devel' }", "expected a version"],
    ["{ version: '../../../x' }", "expected a version"],
    ["{ repository: '--insecure-skip-tls-verify' }", "address of a chart repository"],
    ["{ release: '--kubeconfig=x' }", "expected lower-case letters"],
    ["{ namespace: '../kube-system' }", "expected lower-case letters"],
  ])("%s is refused", async (fields, says) => {
    const problems = await problemsOf({ "clearml.yaml": component(fields) });
    expect(problems).toEqual([expect.stringContaining(says)]);
  });

  it.each([
    "GITHUB_TOKEN",
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "INPUT_TOKEN",
    "RUNNER_TEMP",
  ])("the runner's %s is no secret of an environment", async (name) => {
    const problems = await problemsOf({ "clearml.yaml": `${SOUND}secrets: [${name}]\n` });
    expect(problems).toEqual([expect.stringContaining("this is a variable of the runner")]);
  });

  it("the folder of a chart may begin with a dash, and is a folder then", async () => {
    const environment = await load({ "clearml.yaml": component("{ chart: './--post-renderer=x/y' }") });
    expect(environment.components[0]?.chart).toBe("./--post-renderer=x/y");
  });
});

describe("a path of a file", () => {
  it("may lead anywhere within the repository that the working folder is part of", async () => {
    const files = { ...BASE, "work/values.yaml": "a: 1\n", "repository/x": "" };
    const problems = await problemsIn(files, (folder) => {
      execFileSync("mkdir", [join(folder, ".git")]);
      execFileSync("rm", [join(folder, "work/values.yaml")]);
      symlinkSync("../outside/secret.yaml", join(folder, "work/values.yaml"));
    });
    expect(problems).toEqual([]);
  });

  it.each(["../outside/secret.yaml", "/etc/passwd", "/dev/zero", "tenants/../../outside/secret.yaml"])(
    "%s is refused where it leads out of it",
    async (path) => {
      const problems = await problemsIn(
        { ...BASE, "work/clearml.yaml": CONFIG.replace("values.yaml", path) },
        () => {},
      );
      expect(problems).toEqual([
        expect.stringMatching(/^clearml.yaml:5:50: override file .* lies outside of the repository/),
      ]);
    },
  );
});
