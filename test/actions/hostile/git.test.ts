import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStage, PWNED, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.remove());

const ENVIRONMENT = `version: 1
name: test
baseDomain: ml.example.com
components: { redis: { overrides: [values.yaml] } }
tenants: tenants/*.yaml
`;

function git(...args: string[]): string {
  const settings = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"];
  return execFileSync("git", [...settings, ...args], { cwd: stage.repository, stdio: "pipe" }).toString();
}

/** A repository with a commit, and a change that is not committed. */
function repository(files: Record<string, string> = {}): void {
  stage.write({
    "clearml.yaml": ENVIRONMENT,
    "values.yaml": "a: 1\n",
    "tenants/acme.yaml": "name: acme\nadmin: { name: Acme, email: a@acme.example }\n",
    ...files,
  });
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  stage.write({ "values.yaml": "a: 2\n", "clearml.yaml": `${ENVIRONMENT}# changed\n` });
}

/** A program that leaves a trace. */
function trap(name: string): string {
  const file = join(stage.repository, ".git", name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\ntouch ${join(stage.outside, PWNED)}\ncat 2>/dev/null\nexit 0\n`);
  chmodSync(file, 0o755);
  return file;
}

describe("a checkout in which somebody has prepared git", () => {
  it.each(["lint-overrides", "list-tenants"])("starts nothing but git: %s", async (action) => {
    repository({
      ".gitattributes": "*.yaml diff=evil\n",
      ".gitmodules": `[submodule "x"]\n  path = x\n  url = ext::sh -c touch% ${PWNED}\n  update = !touch ${PWNED}\n`,
    });
    for (const hook of ["post-index-change", "reference-transaction", "fsmonitor-watchman"])
      trap(`hooks/${hook}`);
    const program = trap("evil");
    for (const key of [
      ...["core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "diff.external"],
      ...["diff.evil.textconv", "diff.evil.command", "credential.helper", "pager.diff", "alias.diff"],
    ])
      git("config", key, key.startsWith("alias") ? `!${program}` : program);
    const run = await stage.act(action, { "changed-since": "main" });
    expect(run.faults).toEqual([]);
    expect(run.stdout).not.toContain("git cannot");
    expect(run.code, run.stdout).toBe(0);
  });

  it("finds no repository in files that look like one", async () => {
    const bare = join(stage.outside, "bare");
    execFileSync("git", ["init", "--quiet", "--bare", bare]);
    stage.write({ "clearml.yaml": ENVIRONMENT, "values.yaml": "a: 1\n" });
    mkdirSync(join(stage.repository, "tenants"));
    execFileSync("cp", ["-r", `${bare}/.`, stage.repository]);
    execFileSync("git", [
      "config",
      "--file",
      join(stage.repository, "config"),
      "core.fsmonitor",
      `touch ${PWNED}`,
    ]);
    const run = await stage.act("lint-overrides", { "changed-since": "main" });
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toContain("is no git repository");
  });
});

describe("a name of a branch", () => {
  it.each([
    `--upload-pack=touch ${PWNED}`,
    `main\n::set-output name=${PWNED}::1`,
    `main..\`touch\${IFS}${PWNED}\``,
  ])("%j is a name and nothing else", async (reference) => {
    repository();
    const run = await stage.act("list-tenants", { "changed-since": reference });
    expect(run.faults).toEqual([]);
    expect(run.code, run.stdout).toBe(2);
    expect(run.stdout).toMatch(/is no git reference|git does not know/);
  });

  it("may be one that a shell would run", async () => {
    repository({ [`tenants/$(touch ${PWNED})\n::add-mask::${PWNED}.yaml`]: "name: other\n" });
    symlinkSync(stage.outside, join(stage.repository, "link"));
    git("branch", "$(touch${IFS}pwned);`id`");
    const run = await stage.act("lint-overrides", { "changed-since": "$(touch${IFS}pwned);`id`" });
    expect(run.faults).toEqual([]);
    expect(run.stdout).toContain("admin");
  });
});
