import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  BLOB_SIGNATURE,
  CACHE_TOKEN,
  type CacheServiceDouble,
  startCacheService,
} from "../support/registries/cache-service.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { everythingOf, type SetupParts, startSetupParts } from "./setup-parts.ts";

const run = promisify(execFile);
const NOBODY = "http://127.0.0.1:9";
const NAMES = ["helm-4.2.3", "kubeconform-0.7.0", "kubectl-1.36.3"];
let parts: SetupParts;
let service: CacheServiceDouble;
let machines: string[];

beforeAll(async () => {
  parts = await startSetupParts();
});
afterAll(() => parts?.stop());
beforeEach(async () => {
  service = await startCacheService();
  machines = [];
});
afterEach(async () => {
  await service.stop();
  for (const machine of machines) await rm(machine, { recursive: true, force: true });
});

interface Step {
  main: ActionRun;
  post: ActionRun;
}

/** The action with its post step on a machine that has nothing but the Actions cache. */
async function job(
  inputs: Record<string, string>,
  variables: Record<string, string> = service.variables("v2"),
): Promise<Step> {
  const machine = await mkdtemp(join(tmpdir(), "setup-machine-"));
  machines.push(machine);
  const all = { mirror: parts.mirror, checksums: parts.checksums, ...inputs };
  const options = { machine, env: { PATH: parts.bareBin, ...variables } };
  const main = await runAction("setup-clearml-helm", all, options);
  const post = await runAction("setup-clearml-helm", all, { ...options, state: main.state });
  return { main, post };
}

function warnings(result: ActionRun): string[] {
  return result.stdout.match(/^::(warning|error)::.*$/gm) ?? [];
}

/** Another workflow's program under the keys of the tools; returns the file that it writes when somebody runs it. */
function poison(): string {
  const trace = join(machines[0] ?? "", "was-run");
  for (const entry of service.entries.values()) {
    entry.content = Buffer.from(`#!/bin/sh\necho > ${trace}\necho v4.2.3\n`);
  }
  return trace;
}

describe.each(["v1", "v2"] as const)("the Actions cache, protocol %s", (protocol) => {
  it("is filled by the first job and serves the next one, on another machine, without a mirror", async () => {
    const first = await job({}, service.variables(protocol));
    expect(first.main.code, first.main.stdout).toBe(0);
    expect(first.main.outputs["cache-hit"]).toBe("false");
    expect(warnings(first.main)).toEqual([]);
    expect(first.post).toMatchObject({ code: 0, leftovers: [] });
    expect(warnings(first.post)).toEqual([]);
    const platform = `${process.platform}-${process.arch}`;
    expect([...service.entries.keys()].sort()).toEqual(
      NAMES.map((name) => `clearml-actions-${name}-${platform}`),
    );

    const second = await job({ mirror: NOBODY }, service.variables(protocol));
    expect(second.main.code, second.main.stdout).toBe(0);
    expect(second.main.outputs).toMatchObject({ "cache-hit": "true", "helm-version": "4.2.3" });
    expect(second.main.summary).toContain("| helm | 4.2.3 | Actions cache | sum in `checksums` |");
    expect(second.main.summary).toContain("| kubectl | 1.36.3 | Actions cache | built-in sum |");
    const helm = await run(second.main.outputs["helm-path"] ?? "", ["version", "--short"]);
    expect(helm.stdout).toContain("v4.2.3");
    // Nothing new to save.
    expect(second.main.leftovers).toEqual([]);
    expect(service.requests.filter((each) => /CreateCacheEntry|POST .*caches$/.test(each))).toHaveLength(3);
  });
});

describe("the Actions cache", () => {
  it("is not asked while the tool cache of the machine has the tools", async () => {
    const { main } = await job({});
    const asked = service.requests.length;
    const options = {
      machine: machines[0] ?? "",
      env: { PATH: parts.bareBin, ...service.variables("v2") },
    };
    const again = await runAction(
      "setup-clearml-helm",
      { mirror: NOBODY, checksums: parts.checksums },
      options,
    );
    expect(again.outputs).toEqual({ ...main.outputs, "cache-hit": "true" });
    expect(service.requests).toHaveLength(asked);
  });

  it("does not run what somebody else put there: the sum decides, and the mirror serves instead", async () => {
    await job({});
    poison();
    const { main, post } = await job({});
    expect(main).toMatchObject({ code: 0, outputs: { "cache-hit": "false" } });
    expect(main.stdout).toMatch(
      /::warning::the entry clearml-actions-helm-4\.2\.3-\S+ of the Actions cache has the SHA-256 sum [0-9a-f]{64} and not [0-9a-f]{64}; it is not used/,
    );
    expect(main.stdout).toContain("gh cache delete clearml-actions-helm-4.2.3");
    expect((await run(main.outputs["helm-path"] ?? "", ["version", "--short"])).stdout).toContain("v4.2.3+g");
    expect(post).toMatchObject({ code: 0, leftovers: [] });
  });

  it("does not run what somebody else put there when nobody else has the tools", async () => {
    await job({});
    const trace = poison();
    const { main } = await job({ mirror: NOBODY });
    expect(existsSync(trace)).toBe(false);
    expect(main).toMatchObject({ code: 3, outputs: { "helm-version": "" }, leftovers: [] });
    expect(await readdir(join(machines[1] ?? "", "tools"))).toEqual([]);
  });

  it.each([500, 401, 404])("costs a warning and not the job when it answers %d", async (status) => {
    service.failWith = status;
    const { main, post } = await job({});
    expect(main).toMatchObject({ code: 0, outputs: { "cache-hit": "false" } });
    expect(warnings(main)).toEqual([
      expect.stringContaining(`::warning::the Actions cache cannot be read: it answers ${status} to`),
    ]);
    expect(post).toMatchObject({ code: 0, leftovers: [] });
    expect(warnings(post)).toEqual([]);
  });

  it("costs a warning and not the job when it cannot be written", async () => {
    const machine = await mkdtemp(join(tmpdir(), "setup-machine-"));
    machines.push(machine);
    const options = { machine, env: { PATH: parts.bareBin, ...service.variables("v2") } };
    const inputs = { mirror: parts.mirror, checksums: parts.checksums };
    const main = await runAction("setup-clearml-helm", inputs, options);
    service.failWith = 503;
    const post = await runAction("setup-clearml-helm", inputs, { ...options, state: main.state });
    expect(post).toMatchObject({ code: 0, leftovers: [] });
    expect(warnings(post)).toEqual([
      expect.stringContaining("::warning::the Actions cache cannot be written: it answers 503"),
    ]);
  });

  it("is waited for ten seconds and no longer", async () => {
    service.failWith = "hang";
    const { main } = await job({});
    expect(main.code).toBe(0);
    expect(main.milliseconds).toBeGreaterThan(9_000);
    expect(main.milliseconds).toBeLessThan(25_000);
  });

  it("keeps its token and its signed addresses out of log, summary, outputs and state", async () => {
    const jobs = [await job({}, { ...service.variables("v2"), RUNNER_DEBUG: "1" })];
    // What is said about a connection that breaks names the address.
    service.failWith = "cut";
    jobs.push(await job({}));
    expect(warnings(jobs[1]?.main as ActionRun)).toEqual([
      expect.stringContaining("::warning::the Actions cache cannot be read: download of"),
    ]);
    for (const result of jobs.flatMap(({ main, post }) => [main, post])) {
      expect(everythingOf(result)).not.toContain(CACHE_TOKEN);
      // Its other characters have several spellings.
      expect(everythingOf(result)).not.toContain(BLOB_SIGNATURE.slice(0, 12));
    }
  });
});
