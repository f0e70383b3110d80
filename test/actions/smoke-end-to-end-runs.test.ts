import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SMOKE_TAG, smokeTags } from "../../src/smoke/end-to-end/tags.ts";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";
import { runAction } from "../support/run-action.ts";
import { hasStopped, withWorker } from "../support/smoke-worker/stage.ts";
import { HEALTHY, tryEndToEnd } from "../support/smoke-worker/trial.ts";
import { type SmokeWorker, startSmokeWorker } from "../support/smoke-worker/worker.ts";

const unavailable = nginxUnavailable();

describe.skipIf(unavailable)(`runs of the end-to-end test${unavailable ? ` (${unavailable})` : ""}`, () => {
  let gateway: TestGateway;
  let worker: SmokeWorker;
  beforeAll(async () => {
    gateway = await startGateway();
    worker = await startSmokeWorker(gateway);
  });
  afterAll(async () => {
    await worker?.stop();
    await gateway?.stop();
  });

  it("keeps nonce and tokens to itself", async ({ onTestFinished }) => {
    const queue = "secrets";
    const machine = await mkdtemp(join(tmpdir(), "smoke-machine-"));
    onTestFinished(() => rm(machine, { recursive: true }));
    await withWorker(gateway, queue, {}, async (own) => {
      const secrets = new Set<string>([gateway.credentials.secretKey]);
      gateway.api.watch(() => {
        for (const { script } of own.tasks()) {
          secrets.add(/WORD = "(\w+)"/.exec((script as { diff: string }).diff)?.[1] ?? "no nonce");
        }
      });
      const run = await runAction(
        "smoke-test-gateway",
        { ...inputs(), queue },
        { env: gateway.env, machine },
      );
      expect(run.code, run.stdout).toBe(0);
      expect(run.outputs).toMatchObject({
        passed: "true",
        endpoint: expect.stringMatching(/^https:\/\/gateway\.acme\.ml\.test\/service\/\w+\/$/),
      });
      expect(secrets.size).toBe(2);
      const report = await readFile(run.outputs.report ?? "", "utf8");
      expect(report).toContain('"nonce-protected"');
      const shown = [withoutMasks(run.stdout), run.stderr, run.summary, report, ...own.printed].join("\n");
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(shown).not.toMatch(/eyJ\w+\./);
    });
  });

  it("cleans up when the runner cancels it", async () => {
    const queue = "cancelled";
    await withWorker(gateway, queue, { router: "absent" }, async () => {
      let stop = () => {};
      const run = await runAction(
        "smoke-test-gateway",
        { ...inputs(), queue },
        {
          env: gateway.env,
          onStart: ({ kill }) => {
            stop = () => kill("SIGINT");
          },
          onLine: (line) => line.startsWith("pass task") && stop(),
        },
      );
      expect(run.code).toBe(1);
      expect(run.stdout).toMatch(/fail route .*when the run was cancelled/);
      expect(run.stdout).toMatch(/pass clean-up/);
    });
  });

  it("deletes what a killed run has left, and lets a run at work be", async () => {
    const { tasks } = gateway.api.state;
    const killed = await runAction(
      "smoke-test-gateway",
      { ...inputs(), timeout: "3s" },
      {
        env: gateway.env,
        onStart: ({ kill }) => {
          gateway.api.watch((endpoint) => {
            const running = [...tasks.values()].some(({ status }) => status === "in_progress");
            if (endpoint === "tasks.get_by_id_ex" && running) kill("SIGKILL");
          });
        },
      },
    );
    gateway.api.watch(undefined);
    expect(killed.code).toBe(-1);
    const [left] = tasks.values();
    expect(left).toMatchObject({ tags: expect.arrayContaining([SMOKE_TAG]) });
    if (!left) throw new Error("the killed run has left nothing");
    // Its code ends by itself, and then some time passes.
    await hasStopped(worker);
    const atWork = { ...left, id: "a".repeat(32), tags: smokeTags("x", Date.now()).all };
    tasks.set(atWork.id, atWork);
    left.tags = smokeTags("y", Date.now() - 120_000).all;
    const { statuses, entries } = await tryEndToEnd(gateway);
    expect(statuses).toEqual(HEALTHY);
    expect(entries.at(-1)?.detail).toContain("1 task of tests that were killed");
    expect([...tasks.keys()]).toEqual([atWork.id]);
  });

  function inputs(): Record<string, string> {
    return {
      url: gateway.url,
      checks: "end-to-end",
      "end-to-end": "true",
      "api-url": gateway.apiUrl,
      "access-key": gateway.credentials.accessKey,
      "secret-key": gateway.credentials.secretKey,
    };
  }
});

/** What the runner is told to hide is not shown by it. */
function withoutMasks(stdout: string): string {
  return stdout.replaceAll(/^::add-mask::.*$/gm, "");
}
