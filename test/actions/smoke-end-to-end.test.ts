import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Failure } from "../support/clearml-api/failures.ts";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import type { Play } from "../support/gateway/play.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";
import { hasStopped, withWorker } from "../support/smoke-worker/stage.ts";
import { HEALTHY, tryEndToEnd } from "../support/smoke-worker/trial.ts";
import { type Conduct, type SmokeWorker, startSmokeWorker } from "../support/smoke-worker/worker.ts";

const unavailable = nginxUnavailable();
/** What became of the others when one has failed. */
const NO_TASK = { task: "fail", route: "skip", nonce: "skip", "nonce-protected": "skip" };
const NO_ROUTE = { ...NO_TASK, task: "pass", route: "fail" };
const NO_NONCE = { ...NO_ROUTE, route: "pass", nonce: "fail" };

let gateway: TestGateway;
let worker: SmokeWorker;

describe.skipIf(unavailable)(`the end-to-end test${unavailable ? ` (${unavailable})` : ""}`, () => {
  beforeAll(async () => {
    gateway = await startGateway();
    worker = await startSmokeWorker(gateway);
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

  // Side by side, each with an agent and a queue of its own.
  describe("finds a fault by the check that names it", { concurrent: true }, () => {
    const faults: [string, Partial<Conduct>, object, RegExp][] = [
      ["no-agent", { agent: "absent" }, { ...NO_TASK, "clean-up": "skip" }, /takes tasks from `no-agent`/],
      ["an-idle-agent", { agent: "idle" }, NO_TASK, /no agent had taken .*`an-idle-agent`/],
      ["a-pod-without-room", { agent: "pending" }, NO_TASK, /still pending .*Insufficient nvidia/],
      ["a-task-that-fails", { agent: "bare" }, NO_TASK, /exit code 1.*No module named 'clearml'/],
      ["no-route", { router: "absent" }, NO_ROUTE, /no `endpoint` .*asked \d times/],
      ["a-route-elsewhere", { router: "elsewhere" }, NO_ROUTE, /not at `https:\/\/gateway\.acme\.ml\.test`/],
      ["another-server", { router: "foreign" }, NO_NONCE, /200 with something else/],
      [
        "an-open-route",
        { router: "open" },
        { ...HEALTHY, "nonce-protected": "fail" },
        /somebody without a token/,
      ],
    ];
    it.each(faults)("%s", async (queue, conduct, statuses, words) => {
      const timeoutMs = ["idle", "pending"].includes(conduct.agent ?? "") ? 4_000 : 30_000;
      const cancelAfter =
        conduct.router === "absent" ? { words: "pass task", milliseconds: 1_000 } : undefined;
      await withWorker(gateway, queue, conduct, async () => {
        const ends = { timeoutMs, ...(cancelAfter ? { cancelAfter } : {}) };
        const trial = await tryEndToEnd(gateway, { queue, ...ends });
        expect(trial.statuses, trial.log.join("\n")).toEqual({ "clean-up": "pass", ...statuses });
        expect(Object.values(trial.failures)).toEqual([expect.stringMatching(words)]);
      });
    });

    it.each(["waits in queue", "the task runs", "pass route"])(
      "and cleans up when it is cancelled after `%s`",
      async (words) => {
        const queue = words.replaceAll(" ", "-");
        const cancelAfter = { words, milliseconds: 0 };
        await withWorker(gateway, queue, {}, async () => {
          const { entries } = await tryEndToEnd(gateway, { queue, cancelAfter });
          expect(entries.at(-1)).toMatchObject({ name: "clean-up", status: "pass" });
          expect(entries.at(-1)?.durationMs).toBeLessThan(5_000);
        });
      },
    );

    it("and cleans up after an agent that does not stop the task", async () => {
      await withWorker(gateway, "deaf", { agent: "deaf" }, async () => {
        const { entries } = await tryEndToEnd(gateway, { queue: "deaf" });
        expect(entries.at(-1)).toMatchObject({
          status: "pass",
          detail: expect.stringMatching(/although its agent had not stopped it.*ends by itself/),
        });
      });
    });
  });

  describe("one at a time", () => {
    afterEach(async () => {
      await gateway.play();
      gateway.api.watch(undefined);
      gateway.api.state.tasks.clear();
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
    it.each(plays)("finds %s", async (_, play, words) => {
      await gateway.play(play);
      const cancelAfter = { words: "pass route", milliseconds: 1_000 };
      const trial = await tryEndToEnd(gateway, { cancelAfter });
      expect(trial.statuses, trial.log.join("\n")).toEqual({ ...NO_NONCE, "clean-up": "pass" });
      expect(trial.failures.nonce).toMatch(words);
      await nothingLeft();
    });

    it("finds a key that the server does not know", async () => {
      const credentials = { accessKey: "UNKNOWNKEY", secretKey: "not-the-secret" };
      const { statuses, failures } = await tryEndToEnd(gateway, { credentials });
      expect(statuses).toEqual({ ...NO_TASK, "clean-up": "skip" });
      expect(failures.task).toMatch(/401\/22.*`access-key`/s);
    });

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
    it.each(failing)("goes on after %s", async (_, failure, words) => {
      gateway.api.fail(failure);
      const { statuses, log } = await tryEndToEnd(gateway);
      expect(statuses, log.join("\n")).toEqual(HEALTHY);
      expect(log.join("\n")).toMatch(words);
      await nothingLeft();
    });

    it("deletes a task that is made while the run is cancelled", async () => {
      const cancel = new AbortController();
      gateway.api.watch(async (endpoint, moment) => {
        if (endpoint !== "tasks.create" || moment !== "arrived") return;
        cancel.abort();
        await pause(1_500);
      });
      const { statuses } = await tryEndToEnd(gateway, { cancel: cancel.signal });
      expect(statuses).toMatchObject({ task: "fail", "clean-up": "pass" });
      await nothingLeft();
    });
  });

  /** Neither a task at the server nor code that runs on. */
  async function nothingLeft(): Promise<void> {
    expect([...gateway.api.state.tasks.values()]).toEqual([]);
    await hasStopped(worker);
  }
});
