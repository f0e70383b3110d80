import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";
import {
  everythingOf,
  fakeHelmRelease,
  type SetupParts,
  serveFiles,
  startSetupParts,
} from "./setup-parts.ts";

const run = promisify(execFile);
let parts: SetupParts;
let machine: string;

beforeAll(async () => {
  parts = await startSetupParts();
});
afterAll(() => parts?.stop());
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), "setup-machine-"));
});
afterEach(() => rm(machine, { recursive: true, force: true }));

/** A run on a machine without the tools, with the mirror and its sums, unless said otherwise. */
function setup(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  const all = { mirror: parts.mirror, checksums: parts.checksums, ...inputs };
  return runAction("setup-clearml-helm", all, { machine, env: { PATH: parts.bareBin, ...env } });
}

describe("installation", () => {
  it("takes all tools from the mirror, checks them and puts them on PATH; the second run downloads nothing", async () => {
    const first = await setup({});
    expect(first.stderr).toBe("");
    expect(first).toMatchObject({
      code: 0,
      outputs: {
        "helm-version": "4.2.3",
        "kubectl-version": "1.36.3",
        "kubeconform-version": "0.7.0",
        "cache-hit": "false",
      },
    });
    const env = { PATH: first.path.join(":") };
    expect((await run("helm", ["version", "--short"], { env })).stdout).toContain("v4.2.3");
    expect((await run("kubectl", ["version", "--client"], { env })).stdout).toContain("v1.36.3");
    expect((await run("kubeconform", ["-h"], { env })).stdout).toContain("kubeconform");
    const folder = first.path.find((each) => each.includes("clearml-helm")) ?? "";
    expect(first.outputs["helm-path"]).toBe(join(folder, "helm"));
    expect(first.summary).toContain("| kubectl | 1.36.3 | download | built-in sum |");
    expect(first.summary).toContain("| helm | 4.2.3 | download | sum in `checksums` |");
    expect(first.leftovers).toEqual([]);

    const second = await setup({ mirror: "http://127.0.0.1:9" });
    expect(second).toMatchObject({
      code: 0,
      outputs: { ...first.outputs, "cache-hit": "true" },
      path: first.path,
    });
    expect(second.summary).toContain("| helm | 4.2.3 | tool cache |");
  });

  it("uses tools on PATH that satisfy the request, and says so", async () => {
    const PATH = `${dirname(parts.tools.helm)}:${dirname(parts.tools.kubectl)}:${parts.bareBin}`;
    const result = await setup({ "helm-version": "4.x", "kubectl-version": "~1.36" }, { PATH });
    expect(result).toMatchObject({
      code: 0,
      outputs: { "helm-version": "4.2.3", "helm-path": parts.tools.helm },
    });
    expect(result.stdout).toContain(`helm 4.2.3 from PATH: ${parts.tools.helm}`);
    expect(result.path.join(":")).not.toMatch(/clearml-(helm|kubectl)/);
  });

  it("does not use a tool on PATH that does not satisfy the request", async () => {
    const bin = join(machine, "helm3-bin");
    await mkdir(bin);
    await symlink(parts.tools.helm3, join(bin, "helm"));
    const result = await setup({}, { PATH: `${bin}:${parts.bareBin}` });
    expect(result).toMatchObject({ code: 0, outputs: { "helm-version": "4.2.3" } });
    expect(result.stdout).toContain("is 3.21.4, not 4.2.3: looking elsewhere");
  });

  it("reads versions from a version file", async () => {
    const file = join(machine, ".tool-versions");
    await writeFile(file, "helm 3.21.4\n");
    const result = await setup({ "version-file": file });
    expect(result).toMatchObject({
      code: 0,
      outputs: { "helm-version": "3.21.4", "kubectl-version": "1.36.3" },
    });
  });

  it("stops at a wrong sum, names both sums and leaves nothing", async () => {
    // The mirror's archive is not the publisher's, and without `checksums` nobody vouches for it.
    const result = await setup({ checksums: "" });
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(
      /::error::helm 4\.2\.3 from http.* has the SHA-256 sum [0-9a-f]{64}, but the built-in sum says e9b88b4e[0-9a-f]{56}; the download was deleted/,
    );
    expect(result.outputs["helm-version"]).toBe("");
    expect(result.leftovers).toEqual([]);
    expect(existsSync(join(machine, "tools", "clearml-helm"))).toBe(false);
  });

  it("takes the sum of an unknown version from the checksum file, with a warning", async () => {
    const { name, archive, sum } = await fakeHelmRelease(machine, "4.9.9", "#!/bin/sh\necho v4.9.9\n");
    const server = await serveFiles({ [name]: archive, [`${name}.sha256sum`]: `${sum}  ${name}\n` });
    try {
      const result = await onlyHelm(server.url, "4.9.9");
      expect(result.stdout).toContain("::warning::the sum of helm 4.9.9 is not built in; it comes from http");
      expect(result.stderr).toBe("");
      expect(result.outputs["helm-version"]).toBe("4.9.9");
    } finally {
      await server.stop();
    }
  });

  it.each([
    [
      "another sum",
      (sum: string, name: string) => `${"0".repeat(64)}  ${name}\n${sum}  other\n`,
      /sum of|checksum file of .* says 0{64}/,
      3,
    ],
    ["no sum of it", (sum: string) => `${sum}  other\n`, /holds no SHA-256 sum of helm-v4\.9\.9/, 3],
  ])("refuses an unknown version whose checksum file has %s", async (_, checksums, message, code) => {
    const { name, archive, sum } = await fakeHelmRelease(machine, "4.9.9", "#!/bin/sh\necho v4.9.9\n");
    const server = await serveFiles({ [name]: archive, [`${name}.sha256sum`]: checksums(sum, name) });
    try {
      const result = await onlyHelm(server.url, "4.9.9");
      expect(result.code).toBe(code);
      expect(result.stdout).toMatch(message);
      expect(result.leftovers).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  it("sends `mirror-token` to the mirror and shows it nowhere", async () => {
    const { name, archive, sum } = await fakeHelmRelease(machine, "4.9.9", "#!/bin/sh\necho v4.9.9\n");
    const server = await serveFiles({ [name]: archive, [`${name}.sha256sum`]: sum });
    try {
      const result = await onlyHelm(server.url, "4.9.9", { "mirror-token": "canary-mirror-1" });
      expect(result.code, result.stderr).toBe(0);
      expect(server.tokens).toEqual(["Bearer canary-mirror-1", "Bearer canary-mirror-1"]);
      expect(everythingOf(result)).not.toContain("canary-mirror-1");
    } finally {
      await server.stop();
    }
  });

  it("refuses an executable that calls itself another version", async () => {
    const { name, archive, sum } = await fakeHelmRelease(machine, "4.9.9", "#!/bin/sh\necho v4.9.8\n");
    const server = await serveFiles({ [name]: archive, [`${name}.sha256sum`]: sum });
    try {
      const result = await onlyHelm(server.url, "4.9.9");
      expect(result.code, result.stderr).toBe(3);
      expect(result.stdout).toContain("what was downloaded as helm 4.9.9 calls itself 4.9.8");
    } finally {
      await server.stop();
    }
  });

  /** kubectl and kubeconform from the first mirror are in the cache already; helm comes from `mirror`. */
  async function onlyHelm(mirror: string, version: string, more = {}): Promise<ActionRun> {
    expect((await setup({})).code).toBe(0);
    return setup({ mirror, "helm-version": version, ...more });
  }

  it.each([
    [{ "helm-version": "9.9.9" }, "`helm-version`: http", "answers 404: helm 9.9.9 is not there"],
    [{ "helm-version": "4.1.0" }, "`helm-version`: helm 4.1.0 is refused: ", "use 4.2.3 or later, or 3.21.4"],
    [{ "helm-version": "4.2.1" }, "`helm-version`: helm 4.2.1 is refused: ", "use 4.2.3 or later, or 3.21.4"],
    [
      { "kubectl-version": "newest" },
      "`kubectl-version`: `newest` is no version of kubectl",
      "write an exact version",
    ],
    [
      { "version-file": "missing.toml" },
      "input `version-file`: missing.toml cannot be read",
      "correct the path",
    ],
    [{ checksums: "missing.txt" }, "input `checksums`: missing.txt cannot be read", "correct the path"],
    [
      { mirror: "mirror.example.com" },
      "input `mirror`: `mirror.example.com` is no http(s) address",
      "write the base URL",
    ],
    [{ "skip-login": "yes" }, "input `skip-login`: expected true or false, got `yes`", ""],
  ] as [Record<string, string>, string, string][])("%o is wrong input", async (inputs, message, hint) => {
    const result = await setup(inputs);
    expect(result.code).toBe(2);
    expect(result.stdout).toContain(`::error::${message}`);
    expect(result.stdout).toContain(hint);
    expect(result.leftovers).toEqual([]);
  });

  it("ends with exit code 3 when the mirror does not answer", async () => {
    const result = await setup({ mirror: "http://127.0.0.1:9" });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain("::error::download of http://127.0.0.1:9/helm-v4.2.3");
    expect(result.leftovers).toEqual([]);
  });
});
