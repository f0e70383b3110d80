import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";
import { tryEndToEnd } from "../support/smoke-worker/trial.ts";
import { type SmokeWorker, startSmokeWorker } from "../support/smoke-worker/worker.ts";

const unavailable = nginxUnavailable();
const HEALTHY = {
  task: "pass",
  route: "pass",
  nonce: "pass",
  "nonce-protected": "pass",
  "clean-up": "pass",
};

describe.skipIf(unavailable)(`the end-to-end test${unavailable ? ` (${unavailable})` : ""}`, () => {
  let gateway: TestGateway;
  let worker: SmokeWorker;
  beforeAll(async () => {
    gateway = await startGateway();
    worker = await startSmokeWorker(gateway);
  });
  afterEach(async () => {
    await Promise.all([gateway.play(), worker.act()]);
    gateway.api.state.tasks.clear();
  });
  afterAll(async () => {
    await worker?.stop();
    await gateway?.stop();
  });

  it("fetches what a task serves, keeps strangers out, and leaves nothing", async () => {
    const { statuses, endpoint, log, entries } = await tryEndToEnd(gateway);
    expect(statuses, log.join("\n")).toEqual(HEALTHY);
    expect(endpoint).toMatch(/^https:\/\/gateway\.acme\.ml\.test\/service\/[0-9a-f]{32}\/$/);
    console.log(JSON.stringify(entries, null, 1), log);
    expect([...gateway.api.state.tasks]).toEqual([]);
  });
});
