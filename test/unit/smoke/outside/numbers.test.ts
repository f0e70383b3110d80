import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, Server } from "node:net";
import { describe, expect, it } from "vitest";
import type { Probe } from "../../../../src/smoke/model.ts";
import type { PortState } from "../../../../src/smoke/outside/connection.ts";
import { judgeTimes, latency, percentile } from "../../../../src/smoke/outside/latency.ts";
import { distrust, type ServedTls } from "../../../../src/smoke/outside/served-tls.ts";
import { judgePorts } from "../../../../src/smoke/outside/streams.ts";
import { judgeDays } from "../../../../src/smoke/outside/tls.ts";
import { triesText, untilGood } from "../../../../src/smoke/outside/waiting.ts";

const NOW = Date.UTC(2026, 4, 1);
const DAY = 86_400_000;
const between = (from: number, to: number) => ({
  ...{ subject: "gateway", from: new Date(NOW + from * DAY), to: new Date(NOW + to * DAY) },
});

describe("tls-days", () => {
  it.each([
    [-10, 90, "pass", "90 days left, until 2026-07-30"],
    [-10, 14, "pass", "14 days left"],
    [-10, 13.9, "fail", "13 days left, until 2026-05-14; 14 are asked for"],
    [-10, 1.5, "fail", "1 day left"],
    [-10, 0, "fail", "ended on 2026-05-01, 0 days ago"],
    [-10, -1.2, "fail", "ended on 2026-04-29, 1 day ago"],
    [0.5, 90, "fail", "not valid before 2026-05-01"],
  ])("from %d to %d: %s", (from, to, status, detail) => {
    const result = judgeDays(between(from, to), 14, NOW);
    expect(result).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(result.hint === undefined).toBe(status === "pass");
  });
});

describe("tokens", () => {
  const served: ServedTls = {
    ...{ kind: "served", issuer: "CA", names: "h", wildcard: false, validity: between(-1, 1) },
  };
  it.each<[ServedTls, RegExp | undefined]>([
    [served, undefined],
    [{ kind: "plain" }, undefined],
    [{ kind: "no-tls", words: "" }, /no TLS/],
    [{ kind: "unreachable", words: "" }, /no TLS/],
    [{ ...served, chainError: "X" }, /chain/],
    [{ ...served, nameError: "x" }, /other hosts/],
    [{ ...served, validity: between(-2, 0) }, /not valid now/],
    [{ ...served, validity: between(0.1, 1) }, /not valid now/],
  ])("are sent to %j only if it is trusted", (tls, reason) => {
    const found = distrust(tls, NOW);
    if (reason) expect(found).toMatch(reason);
    else expect(found).toBeUndefined();
  });
});

describe("streams", () => {
  it.each<[PortState, PortState, string, RegExp]>([
    ["open", "open", "pass", /1 is open, 2 is open$/],
    ["open", "closed", "info", /2 is closed: normal while no session runs/],
    ["silent", "closed", "info", /firewall/],
  ])("%s and %s", (first, last, status, detail) => {
    const states = [
      { port: 1, state: first },
      { port: 2, state: last },
    ];
    expect(judgePorts("h", states)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });
});

describe("latency", () => {
  it("tells percentiles by the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(hundred, 50), percentile(hundred, 95), percentile([7], 95)]).toEqual([50, 95, 7]);
    expect(percentile([], 50)).toBeNaN();
  });

  it("is measured on one kept connection, which is closed in the end, and making it does not count", async () => {
    const seen = { connections: 0, requests: 0 };
    const server = createServer((_, response) => {
      seen.requests++;
      response.end();
    });
    server.on("connection", () => seen.connections++);
    server.keepAliveTimeout = 60_000;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const probe = {
      ...{ target: { url }, options: { requests: 4 }, deadline: Date.now() + 5_000 },
      signal: new AbortController().signal,
    } as unknown as Probe;
    const closed = once(server, "close");
    const { detail } = await latency.run(probe);
    // Waits for idle connections too, unlike the one of http.
    Server.prototype.close.call(server);
    await closed;
    expect(detail).toMatch(/over 4 requests$/);
    expect(seen).toEqual({ connections: 1, requests: 5 });
  });

  it("never fails, and says when it is slow or cut short", () => {
    expect(judgeTimes([4, 2, 3], 3)).toEqual({
      status: "info",
      detail: "p50 3.0 ms, p95 4.0 ms over 3 requests",
    });
    expect(judgeTimes([1500], 20)).toMatchObject({
      ...{ status: "info", detail: "p50 1500 ms, p95 1500 ms over 1 of 20 requests" },
      hint: expect.stringContaining("slow"),
    });
  });
});

describe("waiting", () => {
  const signal = new AbortController().signal;

  it("ends with what is good, and counts", async () => {
    let looks = 0;
    const look = async () => ++looks;
    const found = await untilGood({ signal, deadline: Date.now() + 10_000 }, look, (seen) => seen === 2);
    expect(found).toMatchObject({ seen: 2, tries: 2 });
    expect(triesText(found)).toMatch(/^ \(asked 2 times in [01] s\)$/);
    expect(triesText({ tries: 1, seconds: 0 })).toBe("");
  });

  it("ends with what is bad when half of the time is over, or the run", async () => {
    const bad = async () => "bad";
    const started = Date.now();
    const late = await untilGood({ signal, deadline: Date.now() + 1_400 }, bad, () => false);
    expect(late).toMatchObject({ seen: "bad", tries: 2 });
    // A busy machine takes longer than half, and not all of it.
    expect(Date.now() - started).toBeLessThan(1_400);
    const ended = { signal: AbortSignal.abort(), deadline: Date.now() + 60_000 };
    expect(await untilGood(ended, bad, () => false)).toMatchObject({ tries: 1 });
  });
});
