import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findTool, mentionsVersion, toolVariable } from "../../cluster/find-tool.ts";
import { withLock } from "../../cluster/lock.ts";
import { RECIPES } from "../../cluster/recipes.ts";
import { STANDARD_TOOLS } from "../../cluster/tools.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tools-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("mentionsVersion", () => {
  it.each([
    ["Kubernetes v1.35.4", "1.35.4", true],
    ["etcd Version: 3.6.5\nGit SHA", "3.6.5", true],
    ["registry github.com/distribution/distribution/v3 v3.0.0+unknown", "3.0.0", true],
    ["Kubernetes v1.35.40", "1.35.4", false],
    ["v11.35.4", "1.35.4", false],
    ["v1.35.4-rc.1", "1.35.4", false],
    ["v1.32.4-dispatcher", "1.32.4", false],
    ["development", "0.7.0", false],
  ])("%j mentions %s: %s", (text, version, result) => expect(mentionsVersion(text, version)).toBe(result));
});

describe("findTool", () => {
  const variable = toolVariable("kube-apiserver");

  it("takes a binary that its variable names, after asking its version", async () => {
    const file = join(folder, "right");
    writeFileSync(file, "#!/bin/sh\necho Kubernetes v1.35.4\n", { mode: 0o755 });
    process.env[variable] = file;
    expect(variable).toBe("CLEARML_ACTIONS_TOOL_KUBE_APISERVER");
    expect(await findTool("kube-apiserver", folder)).toBe(file);
    delete process.env[variable];
  });

  it("refuses one of another version, and names both", async () => {
    const file = join(folder, "wrong");
    writeFileSync(file, "#!/bin/sh\necho Kubernetes v1.30.0\n", { mode: 0o755 });
    process.env[variable] = file;
    await expect(findTool("kube-apiserver", folder)).rejects.toThrow(
      `${variable} names ${file}, which is not kube-apiserver 1.35.4`,
    );
    delete process.env[variable];
  });
});

describe("withLock", () => {
  it("lets one at a time do the work", async () => {
    const file = join(folder, "one.lock");
    let inside = 0;
    let most = 0;
    const work = () =>
      withLock(
        file,
        () => undefined,
        async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 20));
          inside--;
        },
      );
    await Promise.all([work(), work(), work()]);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  it("takes over from a process that was killed", async () => {
    const file = join(folder, "stale.lock");
    const dead = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    writeFileSync(file, String(dead.pid));
    const gone = new Promise((resolve) => dead.once("exit", resolve));
    dead.kill("SIGKILL");
    await gone;
    expect(
      await withLock(
        file,
        () => undefined,
        async () => "done",
      ),
    ).toBe("done");
  });

  it("says once who it waits for, and goes on when that one is done", async () => {
    const file = join(folder, "held.lock");
    writeFileSync(file, String(process.pid));
    const told: number[] = [];
    setTimeout(() => rmSync(file), 500);
    await withLock(
      file,
      (pid) => told.push(pid),
      async () => undefined,
    );
    expect(told).toEqual([process.pid]);
  });
});

describe("RECIPES", () => {
  it("makes every standard tool, the slow ones last", () => {
    const made = RECIPES.flatMap((recipe) => recipe.tools);
    for (const tool of STANDARD_TOOLS) expect(made).toContain(tool);
    expect(made.indexOf("helm")).toBeLessThan(made.indexOf("kube-apiserver"));
  });
});
