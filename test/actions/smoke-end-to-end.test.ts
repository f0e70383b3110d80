import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SMOKE_TAG, smokeTags } from "../../src/smoke/end-to-end/tags.ts";
import type { SmokeReport } from "../../src/smoke/model.ts";
import type { Failure } from "../support/clearml-api/failures.ts";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import type { Play } from "../support/gateway/play.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";
import { runAction } from "../support/run-action.ts";
import { tryEndToEnd } from "../support/smoke-worker/trial.ts";
import { type Conduct, type SmokeWorker, startSmokeWorker } from "../support/smoke-worker/worker.ts";

const unavailable = nginxUnavailable();
const HEALTHY = {
  task: "pass",
  route: "pass",
  nonce: "pass",
  "nonce-protected": "pass",
  "clean-up": "pass",
};
/** What became of the others when one has failed. */
const NO_TASK = { task: "fail", route: "skip", nonce: "skip", "nonce-protected": "skip" };
const NO_ROUTE = { ...NO_TASK, task: "pass", route: "fail" };
const NO_NONCE = { ...NO_ROUTE, route: "pass", nonce: "fail" };
const SHORT = { timeoutMs: 2_000 };

let gateway: TestGateway;
let worker: SmokeWorker;

describe.skipIf(unavailable)(`the end-to-end test${unavailable ? ` (${unavailable})` : ""}`, () => {
  beforeAll(async () => {
    gateway = await startGateway();
    worker = await startSmokeWorker(gateway);
  });
  afterEach(async () => {
    await Promise.all([gateway.play(), worker.act()]);
    gateway.api.watch(undefined);
    gateway.api.state.tasks.clear();
    worker.queue.entries = [];
  });
  afterAll(async () => {
    await worker?.stop();
    await gateway?.stop();
  });

  it("fetches what a task serves, keeps strangers out, and leaves nothing", async () => {
    const { statuses, endpoint, log } = await tryEndToEnd(gateway);
    expect(statuses, log.join("\n")).toEqual(HEALTHY);
    expect(endpoint).toMatch(/^https:\/\/gateway\.acme\.ml\.test\/service\/[0-9a-f]{32}\/$/);
    await nothingLeft();
  });

  describe("finds a fault by the check that names it", () => {
    const faults: [string, Partial<Conduct>, object, RegExp][] = [
      ["no agent", { agent: "absent" }, { ...NO_TASK, "clean-up": "skip" }, /none was heard of|nobody/],
      ["an agent that takes nothing", { agent: "idle" }, NO_TASK, /no agent had taken .*`default`/],
      ["a pod without room", { agent: "pending" }, NO_TASK, /still pending .*Insufficient nvidia/],
      ["a task that fails", { agent: "bare" }, NO_TASK, /exit code 1.*No module named 'clearml'/],
      ["no route", { router: "absent" }, NO_ROUTE, /no `endpoint` .*asked \d times/],
      ["a route elsewhere", { router: "elsewhere" }, NO_ROUTE, /not at `https:\/\/gateway\.acme\.ml\.test`/],
      ["another server's page", { router: "foreign" }, NO_NONCE, /200 with something else/],
      [
        "an unprotected route",
        { router: "open" },
        { ...HEALTHY, "nonce-protected": "fail" },
        /somebody without a token/,
      ],
    ];
    it.each(faults)("%s", async (_, conduct, statuses, words) => {
      await worker.act(conduct);
      const waits = ["idle", "pending"].includes(conduct.agent ?? "") || conduct.router === "absent";
      const trial = await tryEndToEnd(gateway, waits ? SHORT : {});
      expect(trial.statuses, trial.log.join("\n")).toEqual({ "clean-up": "pass", ...statuses });
      expect(Object.values(trial.failures)).toEqual([expect.stringMatching(words)]);
      await nothingLeft();
    });

    const plays: [string, Partial<Play>, RegExp][] = [
      [
        "a gateway that refuses tokens",
        { guard: "no-token" },
        /to `https:\/\/app\.ml\.test\/login`|answered 401/,
      ],
      [
        "a gateway that cannot be reached behind its Ingress",
        { answers: "bad-gateway" },
        /still answered 502/,
      ],
      [
        "a certificate that is not trusted",
        { certificate: "self-signed" },
        /could not be opened .*self-signed/,
      ],
    ];
    it.each(plays)("%s", async (_, play, words) => {
      await gateway.play(play);
      const trial = await tryEndToEnd(gateway, { timeoutMs: 4_000 });
      expect(trial.statuses, trial.log.join("\n")).toEqual({ ...NO_NONCE, "clean-up": "pass" });
      expect(trial.failures.nonce).toMatch(words);
      await nothingLeft();
    });

    it("a queue that nobody serves", async () => {
      const { statuses, failures } = await tryEndToEnd(gateway, { queue: "gpu" });
      expect(statuses).toEqual({ ...NO_TASK, "clean-up": "skip" });
      expect(failures.task).toMatch(/takes tasks from `gpu`; agents serve `default`/);
    });

    it("a key that the server does not know", async () => {
      const credentials = { accessKey: "UNKNOWNKEY", secretKey: "not-the-secret" };
      const { statuses, failures } = await tryEndToEnd(gateway, { credentials });
      expect(statuses).toEqual({ ...NO_TASK, "clean-up": "skip" });
      expect(failures.task).toMatch(/401\/22.*`access-key`/s);
    });
  });

  describe("goes on when the API fails in the middle", () => {
    const failing: [string, Failure, RegExp][] = [
      [
        "calls without an answer",
        { endpoint: "tasks.get_by_id_ex", status: 500, times: 2 },
        /2 without an answer/,
      ],
      [
        "a new task of which nobody told",
        { endpoint: "tasks.create", reset: "before-answer", carriedOut: true },
        /./,
      ],
      [
        "a new task behind a proxy that gave up",
        { endpoint: "tasks.create", status: 504, html: true, carriedOut: true },
        /./,
      ],
      [
        "a task that is not deleted at once",
        { endpoint: "tasks.delete", status: 500 },
        /stopped and deleted/,
      ],
    ];
    it.each(failing)("%s", async (_, failure, words) => {
      gateway.api.fail(failure);
      const { statuses, log } = await tryEndToEnd(gateway);
      expect(statuses, log.join("\n")).toEqual(HEALTHY);
      expect(log.join("\n")).toMatch(words);
      await nothingLeft();
    });
  });

  describe("cleans up", () => {
    it.each(["waits in queue", "the task runs", "pass route"])(
      "when it is cancelled after `%s`",
      async (words) => {
        const cancel = new AbortController();
        const onLine = (line: string) => line.includes(words) && cancel.abort();
        const { entries, milliseconds } = await tryEndToEnd(gateway, { cancel: cancel.signal, onLine });
        expect(entries.at(-1)).toMatchObject({ name: "clean-up", status: "pass" });
        expect(milliseconds).toBeLessThan(5_000);
        await nothingLeft();
      },
    );

    it("a task that is made while the run is cancelled", async () => {
      const cancel = new AbortController();
      gateway.api.watch(async (endpoint, moment) => {
        if (endpoint !== "tasks.create" || moment !== "carried-out") return;
        cancel.abort();
        await pause(1_500);
      });
      const { statuses } = await tryEndToEnd(gateway, { cancel: cancel.signal });
      expect(statuses).toMatchObject({ task: "fail", "clean-up": "pass" });
      await nothingLeft();
    });

    it("says so when it cannot", async () => {
      gateway.api.fail({ endpoint: "tasks.delete", status: 500, times: 50 });
      const cancel = new AbortController();
      const onLine = (line: string) => line.includes("pass route") && cancel.abort();
      const { failures, milliseconds } = await tryEndToEnd(gateway, { cancel: cancel.signal, onLine });
      const [id] = gateway.api.state.tasks.keys();
      expect(failures["clean-up"]).toMatch(new RegExp(`task ${id} may still be there: .*tasks.delete`));
      expect(milliseconds).toBeLessThan(8_000);
      for (let left = 50; left > 0 && gateway.api.state.tasks.size > 0; left--) {
        await fetch(`${gateway.api.url}/tasks.delete`);
        gateway.api.state.tasks.clear();
      }
    });

    it("a task that its agent does not stop", async () => {
      await worker.act({ agent: "deaf" });
      const { entries } = await tryEndToEnd(gateway, { timeoutMs: 4_000 });
      expect(entries.at(-1)).toMatchObject({
        status: "pass",
        detail: expect.stringMatching(/although its agent had not stopped it.*ends by itself/),
      });
      // Which it does.
      await nothingLeft();
    });
  });

  describe("as an action", () => {
    const inputs = () => ({
      url: gateway.url,
      checks: "end-to-end",
      "end-to-end": "true",
      "api-url": gateway.apiUrl,
      "access-key": gateway.credentials.accessKey,
      "secret-key": gateway.credentials.secretKey,
    });

    it("keeps nonce and tokens to itself", async () => {
      const secrets = new Set<string>([gateway.credentials.secretKey]);
      gateway.api.watch((endpoint) => {
        if (endpoint !== "tasks.get_by_id_ex") return;
        for (const task of gateway.api.state.tasks.values()) {
          const { diff } = task.script as { diff: string };
          secrets.add(/WORD = "(\w+)"/.exec(diff)?.[1] ?? "no nonce");
        }
      });
      const run = await runAction("smoke-test-gateway", inputs(), { env: gateway.env });
      expect(run.code, run.stdout).toBe(0);
      expect(run.outputs).toMatchObject({
        passed: "true",
        endpoint: expect.stringMatching(/^https:\/\/gateway\.acme\.ml\.test\/service\/\w+\/$/),
      });
      expect(secrets.size).toBe(2);
      const shown = withoutMasks(run.stdout) + run.stderr + run.summary + worker.printed.join("");
      for (const secret of secrets) expect(shown).not.toContain(secret);
      expect(shown).not.toMatch(/eyJ\w+\./);
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
      await expect.poll(() => worker.running.size, { timeout: 10_000 }).toBe(0);
      const atWork = {
        ...left,
        id: "a".repeat(32),
        status: "queued",
        tags: [...smokeTags("x", Date.now()).all],
      };
      tasks.set(atWork.id, atWork);
      left.tags = [...smokeTags("y", Date.now() - 120_000).all];
      const { statuses, entries } = await tryEndToEnd(gateway);
      expect(statuses).toEqual(HEALTHY);
      expect(entries.at(-1)?.detail).toContain("1 task of tests that were killed");
      expect([...tasks.keys()]).toEqual([atWork.id]);
    });
  });

  /** Neither a task at the server nor code that runs on. */
  async function nothingLeft(): Promise<void> {
    expect([...gateway.api.state.tasks.values()]).toEqual([]);
    await expect.poll(() => worker.running.size, { timeout: 10_000 }).toBe(0);
  }
});

/** What the runner is told to hide is not shown by it. */
function withoutMasks(stdout: string): string {
  return stdout.replaceAll(/^::add-mask::.*$/gm, "");
}
