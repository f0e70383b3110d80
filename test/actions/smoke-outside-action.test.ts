/** What the checks from outside do with secrets, and the built action against a real nginx that plays a gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SmokeEntry } from "../../src/smoke/model.ts";
import { get } from "../../src/smoke/outside/connection.ts";
import { OUTSIDE } from "../../src/smoke/outside/index.ts";
import { runChecks } from "../../src/smoke/runner.ts";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import { type Play, SERVER_COOKIE } from "../support/gateway/play.ts";
import { probeOf, withStatus } from "../support/gateway/probe.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";

const unavailable = nginxUnavailable();

let gateway: TestGateway;
beforeAll(async () => {
  if (!unavailable) gateway = await startGateway();
});
afterAll(() => gateway?.stop());

async function tried(faults: Partial<Play> = {}): Promise<SmokeEntry[]> {
  await gateway.play(faults);
  return runChecks(OUTSIDE, probeOf(gateway));
}

describe.skipIf(unavailable)(`secrets${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  it.each<Play["certificate"]>(["expired", "self-signed", "wrong-name"])(
    "are not sent to a gateway whose certificate is %s",
    async (certificate) => {
      const entries = await tried({ certificate });
      expect(withStatus(entries, "skip")).toContain("session");
      expect(gateway.sessionsSeen()).toBe(0);
    },
  );

  it("are refused by the connection itself as well", async () => {
    await gateway.play({ certificate: "self-signed" });
    const headers = { Authorization: "Bearer nobody" };
    const sent = get(new URL(gateway.url), { signal: AbortSignal.timeout(5_000), headers });
    await expect(sent).rejects.toThrow("self-signed certificate");
    expect(gateway.sessionsSeen()).toBe(0);
  });

  it("are sent to one that is trusted", async () => {
    await tried();
    expect(gateway.sessionsSeen()).toBe(2);
  });

  it("are masked, and stand in no result", async () => {
    await gateway.play({ guard: "refuses" });
    const probe = probeOf(gateway);
    const text = JSON.stringify(await runChecks(OUTSIDE, probe));
    expect(probe.masked).toContain(gateway.credentials.secretKey);
    const tokens = [...probe.masked].filter((each) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(each));
    expect(tokens).toHaveLength(1);
    for (const secret of probe.masked) expect(text).not.toContain(secret);
  });
});

describe.skipIf(unavailable)("the built action", () => {
  const run = (inputs: Record<string, string> = {}): Promise<ActionRun> => {
    const { accessKey, secretKey } = gateway.credentials;
    const all = {
      ...{ url: gateway.url, "api-url": gateway.apiUrl, "cookie-name": SERVER_COOKIE, checks: "outside" },
      ...{ "access-key": accessKey, "secret-key": secretKey, requests: "5", ...inputs },
    };
    return runAction("smoke-test-gateway", all, { env: gateway.env });
  };

  it("passes a healthy gateway, and shows no secret", async () => {
    await gateway.play();
    const { code, stdout, stderr, summary, outputs } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(outputs).toMatchObject({ passed: "true" });
    const { accessKey, secretKey } = gateway.credentials;
    // Lines that tell the runner what to hide are for the runner alone.
    const log = stdout.replace(/^::add-mask::.*$/gm, "");
    for (const secret of [accessKey, secretKey, "eyJ"]) expect(log + summary).not.toContain(secret);
  });

  it("fails for a fault, and says which", async () => {
    await gateway.play({ guard: "open" });
    const { code, stdout, outputs, summary } = await run();
    expect({ code, passed: outputs.passed }).toEqual({ code: 1, passed: "false" });
    expect(stdout).toMatch(/protected: expected a redirect to the login/);
    expect(summary).toContain("protected");
  });

  it("looks at single checks", async () => {
    await gateway.play();
    const { code, stdout } = await run({ checks: "session" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/pass session .*with the token: 404; with the cookie: 404/);
  });
});
