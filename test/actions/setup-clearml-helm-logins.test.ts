import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ActionRun, runAction } from "../support/run-action.ts";
import {
  CLASSIC_TOKEN,
  everythingOf,
  OCI_TOKEN,
  recordingHelm,
  type SetupParts,
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

/** A run with the tools from a cache that all runs of this file share. */
function setup(inputs: Record<string, string>, env: Record<string, string> = {}): Promise<ActionRun> {
  return runAction(
    "setup-clearml-helm",
    { mirror: parts.mirror, checksums: parts.checksums, ...inputs },
    { machine, env: { PATH: parts.bareBin, RUNNER_TOOL_CACHE: parts.toolCache, ...env } },
  );
}

/** Both chart sources of the tests, each with its token. */
const sources = () => ({
  repositories: `oci://${parts.registry}/clearml credentials=dockerhub-token\nclearml=${parts.repository} credentials=helm-repo-token`,
  "dockerhub-token": OCI_TOKEN,
  "helm-repo-token": CLASSIC_TOKEN,
});

describe("logins", () => {
  it.each(["4.2.3", "3.21.4"])(
    "Helm %s logs in to both kinds of source, and later steps use them",
    async (version) => {
      const result = await setup({ ...sources(), "helm-version": version });
      expect(result.code, result.stdout).toBe(0);
      expect(Object.keys(result.env).sort()).toEqual([
        "HELM_REGISTRY_CONFIG",
        "HELM_REPOSITORY_CACHE",
        "HELM_REPOSITORY_CONFIG",
      ]);
      expect(result.summary).toContain(`| \`oci://${parts.registry}\` | allegroaienterprise | ok |`);
      expect(result.summary).toContain(`| clearml \`${parts.repository}\` | \`helm-repo-token\` | ok |`);
      await expectPrivate(result);

      await expectCharts(result, parts.registry);

      const post = await runAction("setup-clearml-helm", {}, { machine, state: result.state });
      expect(post).toMatchObject({ code: 0, leftovers: [] });
    },
  );

  it.each(["4.2.3", "3.21.4"])("Helm %s needs no login where everybody may read", async (version) => {
    const repositories = `oci://${parts.open.registry}/clearml\nclearml=${parts.open.repository}`;
    const result = await setup({ repositories, "helm-version": version });
    expect(result.code, result.stdout).toBe(0);
    expect(result.summary).toContain(`| clearml \`${parts.open.repository}\` | anonymous | ok |`);
    await expectCharts(result, parts.open.registry);
  });

  /** The steps that follow read the demo chart from both kinds of source. */
  async function expectCharts(result: ActionRun, registry: string): Promise<void> {
    const helm = result.outputs["helm-path"] ?? "";
    const env = { ...result.env, HOME: join(machine, "home") };
    const oci = ["show", "chart", `oci://${registry}/clearml/demo`, "--plain-http"];
    expect((await run(helm, oci, { env })).stdout).toContain("name: demo");
    expect((await run(helm, ["show", "chart", "clearml/demo"], { env })).stdout).toContain("name: demo");
  }

  it("removes at the end what it wrote and nothing else, also when that is gone already", async () => {
    const result = await setup(sources());
    await writeFile(join(machine, "temp", "of-another-step"), "");
    const post = await runAction("setup-clearml-helm", {}, { machine, state: result.state });
    expect(post).toMatchObject({ code: 0, leftovers: ["of-another-step"] });
    const again = await runAction("setup-clearml-helm", {}, { machine, state: result.state });
    expect(again).toMatchObject({ code: 0, leftovers: ["of-another-step"] });
    expect(again.stdout).not.toContain("::warning::");
  });

  it("warns and does not fail when the end finds nonsense", async () => {
    const state = { "is-post": "true", state: '[{"key": 7}]', "kept-dirs": "[]" };
    const post = await runAction("setup-clearml-helm", {}, { machine, state });
    expect(post.code).toBe(0);
    expect(post.stdout).toContain("::warning::setup-clearml-helm: clean-up failed");
  });

  async function expectPrivate(result: ActionRun): Promise<void> {
    const folder = dirname(result.env.HELM_REPOSITORY_CONFIG ?? "");
    expect(dirname(folder)).toBe(join(machine, "temp"));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of ["HELM_REPOSITORY_CONFIG", "HELM_REGISTRY_CONFIG"]) {
      expect((await stat(result.env[name] ?? "")).mode & 0o777).toBe(0o600);
    }
  }

  it("reads credentials of a repository from named variables, and adds anonymous ones", async () => {
    const repositories = `own=${parts.repository} username=CHARTS_USER password=CHARTS_TOKEN\nopen=${parts.open.repository}`;
    const env = { CHARTS_USER: CLASSIC_TOKEN, CHARTS_TOKEN: CLASSIC_TOKEN };
    const result = await setup({ repositories }, env);
    expect(result.code, result.stdout).toBe(0);
    expect(result.summary).toContain(`| open \`${parts.open.repository}\` | anonymous | ok |`);
  });

  it.each(["4.2.3", "3.21.4"])(
    "Helm %s: a wrong OCI token is one message that names the input",
    async (version) => {
      const result = await setup({
        ...sources(),
        "helm-version": version,
        "dockerhub-token": "canary-wrong-1",
      });
      expectRefused(
        result,
        `${parts.registry} refuses the login with \`dockerhub-token\`: `,
        "correct `dockerhub-token`",
      );
    },
  );

  it.each(["4.2.3", "3.21.4"])(
    "Helm %s: a wrong classic token is one message that names the input",
    async (version) => {
      const result = await setup({
        ...sources(),
        "helm-version": version,
        "helm-repo-token": "canary-wrong-2",
      });
      expectRefused(
        result,
        `${parts.repository} refuses the login with \`helm-repo-token\`: `,
        "correct `helm-repo-token`",
      );
    },
  );

  function expectRefused(result: ActionRun, message: string, hint: string): void {
    expect(result.code).toBe(2);
    expect(result.stdout.match(/^::error::.*$/gm)).toEqual([expect.stringContaining(`::error::${message}`)]);
    expect(result.stdout).toContain("401");
    expect(result.stdout).toContain(hint);
    expect(result.env).toEqual({});
    expect(result.leftovers).toEqual([]);
    expect(everythingOf(result)).not.toContain("canary");
  }

  it.each([
    ["oci://127.0.0.1:9 credentials=dockerhub-token", "127.0.0.1:9 cannot be used (`dockerhub-token`)"],
    ["x=http://127.0.0.1:9", "http://127.0.0.1:9 cannot be used (`repositories` line 1)"],
  ])("ends with exit code 3 when nobody answers at %s", async (repositories, message) => {
    const token = repositories.startsWith("oci") ? { "dockerhub-token": OCI_TOKEN } : {};
    const result = await setup({ repositories, ...token });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`::error::${message}`);
    expect(result.leftovers).toEqual([]);
  });

  it("checks `repositories` before anything is downloaded", async () => {
    const repositories = "a=https://bob:hunter2hunter2@x.example\nb";
    const result = await setup({ repositories }, { RUNNER_TOOL_CACHE: join(machine, "tools") });
    expect(result.code).toBe(2);
    expect(result.stdout.match(/^::error::/gm)).toHaveLength(2);
    expect(everythingOf(result)).not.toContain("hunter2");
    expect(await readdir(join(machine, "tools"))).toEqual([]);
  });

  it("does not log in with skip-login", async () => {
    const result = await setup({ ...sources(), "dockerhub-token": "wrong-token", "skip-login": "true" });
    expect(result).toMatchObject({ code: 0, env: {}, leftovers: [] });
  });
});

describe("secrets", () => {
  it("stay out of log, summary, outputs, state, variables and arguments, also when debugging", async () => {
    const recorded = await recordingHelm(machine, parts.tools.helm, parts.bareBin);
    const result = await setup(sources(), { PATH: recorded.path, RUNNER_DEBUG: "1" });
    expect(result.code, result.stdout).toBe(0);
    const calls = await recorded.calls();
    expect(calls).toContain('"registry","login"');
    for (const token of [OCI_TOKEN, CLASSIC_TOKEN]) {
      for (const form of [token, Buffer.from(token).toString("base64")]) {
        expect(everythingOf(result)).not.toContain(form);
        expect(calls).not.toContain(form);
      }
    }
  });

  it("are on no disk after the post step", async () => {
    const result = await setup(sources());
    expect(result.code).toBe(0);
    await runAction("setup-clearml-helm", {}, { machine, state: result.state });
    for (const entry of await readdir(machine, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const content = await readFile(join(entry.parentPath, entry.name));
      for (const token of [OCI_TOKEN, CLASSIC_TOKEN]) expect(content.includes(token)).toBe(false);
    }
  });
});
