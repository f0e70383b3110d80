import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parseAllDocuments } from "yaml";
import { findTool, mentionsVersion, toolVariable } from "../../cluster/find-tool.ts";
import { goFailure } from "../../cluster/go.ts";
import { startTime, withLock } from "../../cluster/lock.ts";
import { RECIPES } from "../../cluster/recipes.ts";
import { clusterStages } from "../../cluster/stages.ts";
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

describe("findTool without a variable", () => {
  const binary = (path: string, version: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho Kubernetes v${version}\n`, { mode: 0o755 });
    return path;
  };
  afterEach(() => vi.unstubAllEnvs());

  it("prefers PATH to the cache, passing over other versions", async () => {
    const cache = join(folder, "cache");
    const cached = binary(join(cache, "kubelet"), "1.35.4");
    binary(join(folder, "old", "kubelet"), "1.34.0");
    vi.stubEnv("PATH", join(folder, "old"));
    expect(await findTool("kubelet", cache)).toBe(cached);
    const onPath = binary(join(folder, "new", "kubelet"), "1.35.4");
    vi.stubEnv("PATH", [join(folder, "old"), join(folder, "new")].join(delimiter));
    expect(await findTool("kubelet", cache)).toBe(onPath);
  });

  it("finds what KUBEBUILDER_ASSETS holds", async () => {
    const assets = join(folder, "assets");
    const server = binary(join(assets, "kube-scheduler"), "1.35.4");
    vi.stubEnv("PATH", "");
    vi.stubEnv("KUBEBUILDER_ASSETS", assets);
    expect(await findTool("kube-scheduler", join(folder, "empty"))).toBe(server);
  });

  it("does not trust a file of the cache that is of another version or broken", async () => {
    const cache = join(folder, "bad-cache");
    vi.stubEnv("PATH", "");
    binary(join(cache, "kube-proxy"), "1.33.0");
    expect(await findTool("kube-proxy", cache)).toBeUndefined();
    writeFileSync(join(cache, "kube-proxy"), "half a binary");
    expect(await findTool("kube-proxy", cache)).toBeUndefined();
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

  const nothing = () => undefined;
  const lockOf = (pid: number, started = startTime(pid)) => JSON.stringify({ pid, started });

  it("takes over from a process that was killed", async () => {
    const file = join(folder, "stale.lock");
    const dead = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    writeFileSync(file, lockOf(dead.pid ?? 0));
    const gone = new Promise((resolve) => dead.once("exit", resolve));
    dead.kill("SIGKILL");
    await gone;
    expect(await withLock(file, nothing, async () => "done")).toBe("done");
    expect(readdirSync(folder).filter((name) => name.startsWith("stale.lock"))).toEqual([]);
  });

  it("takes over from a process whose id somebody else has got since", async () => {
    const file = join(folder, "reused.lock");
    writeFileSync(file, lockOf(process.pid, "another time"));
    expect(await withLock(file, nothing, async () => "done")).toBe("done");
  });

  it("says once who it waits for, and goes on when that one is done", async () => {
    const file = join(folder, "held.lock");
    writeFileSync(file, lockOf(process.pid));
    const told: number[] = [];
    setTimeout(() => rmSync(file), 500);
    await withLock(
      file,
      (pid) => told.push(pid),
      async () => undefined,
    );
    expect(told).toEqual([process.pid]);
  });

  it("is free again after work that failed", async () => {
    const file = join(folder, "failed.lock");
    await expect(withLock(file, nothing, () => Promise.reject(new Error("no disk")))).rejects.toThrow(
      "no disk",
    );
    expect(existsSync(file)).toBe(false);
  });

  it("does not wait for a folder that is not there", async () => {
    await expect(withLock(join(folder, "none", "x.lock"), nothing, async () => 1)).rejects.toThrow("ENOENT");
  });
});

describe("goFailure", () => {
  it.each([
    ["go: go.mod requires go >= 1.25.0 (running go 1.22.1; GOTOOLCHAIN=local)", "Go is too old: install Go"],
    ["go: errors parsing go.mod:\ngo.mod:7: unknown directive: tool", "Go is too old: install Go"],
    ['go: x: Get "https://h/": dial tcp: lookup h: no such host', "the Go module proxy cannot be reached"],
    ["# pkg\nmain.go:3: undefined: x", "the build failed:\n# pkg\nmain.go:3: undefined: x"],
  ])("%j is %s", (stderr, message) => expect(goFailure(stderr).message).toContain(message));
});

describe("clusterStages", () => {
  const shipped = "kind: Stage\nmetadata: {name: pod-ready}\nspec: {selector: {matchExpressions: []}}\n";
  const stages = () =>
    parseAllDocuments(clusterStages(shipped, "standard")).map((document) => document.toJS());

  it("keeps kwok's stages off the pods that ask to fail", () => {
    const [ready] = stages();
    expect(ready.spec.selector.matchExpressions).toEqual([
      { key: '.metadata.annotations["clearml-actions.test/fail"]', operator: "DoesNotExist" },
    ]);
  });

  it("adds one stage for each way to fail or to be slow", () => {
    const names = stages().map((stage) => stage.metadata.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        "pod-ready",
        "pod-fail-crash",
        "pod-fail-image",
        "pod-fail-exit",
        "load-balancer",
      ]),
    );
    expect(names.filter((name) => name.startsWith("pod-fail-")).length).toBe(11);
  });
});

describe("RECIPES", () => {
  it("makes every standard tool, the slow ones last", () => {
    const made = RECIPES.flatMap((recipe) => recipe.tools);
    for (const tool of STANDARD_TOOLS) expect(made).toContain(tool);
    expect(made.indexOf("helm")).toBeLessThan(made.indexOf("kube-apiserver"));
  });
});
