/** The checks from outside against a real nginx that plays a gateway, whole and with one fault after another. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SmokeEntry } from "../../src/smoke/model.ts";
import { OUTSIDE } from "../../src/smoke/outside/index.ts";
import { runChecks } from "../../src/smoke/runner.ts";
import { startGateway, type TestGateway } from "../support/gateway/gateway.ts";
import { mapNames } from "../support/gateway/names.ts";
import { DOMAIN, HOSTS, type Play, SERVER_COOKIE } from "../support/gateway/play.ts";
import { named, type ProbeOptions, probeOf, withStatus } from "../support/gateway/probe.ts";
import { nginxUnavailable } from "../support/gateway/requirements.ts";

const unavailable = nginxUnavailable();
const RUNS = 100;
/** What is neither good nor bad at a gateway that lacks nothing. */
const NEUTRAL = ["tls-wildcard", "cookie-secure", "latency"];
const PLAIN = { name: SERVER_COOKIE, secure: false };

let gateway: TestGateway;
beforeAll(async () => {
  if (!unavailable) gateway = await startGateway();
});
afterAll(() => gateway?.stop());

async function tried(faults: Partial<Play> = {}, given: ProbeOptions = {}): Promise<SmokeEntry[]> {
  await gateway.play(faults);
  return runChecks(OUTSIDE, probeOf(gateway, given));
}

/** The gateway without an Ingress: a node's address, http, and the API on the same node. */
const onNodePort = (more: ProbeOptions["target"] = {}): ProbeOptions => ({
  target: {
    ...{ nodePort: true, url: new URL(gateway.nodePortUrl), apiUrl: gateway.apiHttpUrl },
    ...more,
  },
});

describe.skipIf(unavailable)(`a gateway${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  it(`that is healthy passes ${RUNS} of ${RUNS} runs, each within three seconds`, async () => {
    await gateway.play();
    const odd: unknown[] = [];
    let slowest = 0;
    for (let run = 1; run <= RUNS; run++) {
      const started = performance.now();
      const entries = await runChecks(OUTSIDE, probeOf(gateway, { options: { requests: 20 } }));
      slowest = Math.max(slowest, performance.now() - started);
      const passed = withStatus(entries, "pass");
      const expected = OUTSIDE.map(({ name }) => name).filter((name) => !NEUTRAL.includes(name));
      if (JSON.stringify(passed) !== JSON.stringify(expected)) odd.push({ run, entries });
    }
    expect(odd).toEqual([]);
    expect(slowest).toBeLessThan(3_000);
  });

  it.each<[string, Partial<Play>, ProbeOptions, string, RegExp]>([
    ["expired certificate", { certificate: "expired" }, {}, "tls-days", /ended on .* 3 days ago/],
    ["not valid yet", { certificate: "not-yet-valid" }, {}, "tls-days", /not valid before/],
    ["valid for too few days", { certificate: "few-days" }, {}, "tls-days", /2 days left.*14 are asked for/],
    ["an issuer that ends", { certificate: "issuer-ends" }, {}, "tls-days", /Ending Intermediate has 3 days/],
    ["for another host", { certificate: "wrong-name" }, {}, "tls-name", /found one for other\.example/],
    ["self-signed", { certificate: "self-signed" }, {}, "tls-chain", /signed itself/],
    ["of strangers", { certificate: "strangers" }, {}, "tls-chain", /signed by `Authority of strangers`/],
    ["incomplete chain", { certificate: "incomplete" }, {}, "tls-chain", /signed by `Test Intermediate`/],
    ["no TLS at the port", { tls: "off" }, {}, "tls-chain", /no TLS comes about: wrong version number/],
    ["http is served", { http: "serves" }, {}, "http-redirect", /found 302 to `https:\/\/app/],
    ["http leads elsewhere", { http: "redirects-elsewhere" }, {}, "http-redirect", /elsewhere\.example/],
    ["default backend", { answers: "default-backend" }, {}, "answers", /404 with "default backend - 404"/],
    ["nothing behind", { answers: "bad-gateway" }, { timeoutMs: 4_000 }, "answers", /502 \(asked 3 times/],
    ["an error", { answers: "error" }, {}, "answers", /found 500/],
    [
      "another site",
      { answers: "parked" },
      {},
      "answers",
      /another site, `https:\/\/parking\.example\/sale`/,
    ],
    ["a page for every host", { answers: "catch-all" }, {}, "answers", /"Welcome", which every host gets/],
    ["a circle", { answers: "circle" }, {}, "answers", /lead in a circle/],
    ["open to all", { guard: "open" }, {}, "protected", /found 200/],
    ["open behind a redirect", { guard: "open-redirect" }, {}, "protected", /found 200/],
    ["refuses a valid session", { guard: "refuses" }, {}, "session", /token: 401.*cookie: 302 to the login/],
    ["forbids a valid session", { guard: "forbids" }, {}, "session", /token: 403.*cookie: 403/],
    ["knows no tokens", { guard: "no-token" }, {}, "session", /token: 401.*cookie: 404, which is right/],
    [
      "knows no cookies",
      { guard: "no-cookie" },
      {},
      "session",
      /token: 404, which is right.*302 to the login/,
    ],
    ["breaks with a session", { guard: "breaks" }, {}, "session", /token: 500.*cookie: 500/],
    [
      "looks for another cookie",
      { looksFor: "allegro_token" },
      { target: { cookieName: "allegro_token" } },
      "cookie-name",
      /looks for the cookie `allegro_token`, and the server's is `clearml_token_basic`/,
    ],
    [
      "the server sets another cookie",
      { cookie: { name: "renamed", domain: DOMAIN, secure: true } },
      {},
      "cookie-name",
      /the server's is `renamed`/,
    ],
    [
      "a cookie for another domain",
      { cookie: { name: SERVER_COOKIE, domain: `other.${DOMAIN}`, secure: true } },
      {},
      "cookie-domain",
      /not below the domain of the server's cookie, `other\.ml\.test`/,
    ],
    [
      "a cookie for the API alone",
      { cookie: { name: SERVER_COOKIE, secure: true } },
      {},
      "cookie-domain",
      /send it to `api\.ml\.test` alone/,
    ],
    [
      "a key that the server does not know",
      {},
      { credentials: { accessKey: "UNKNOWNACCESSKEY0001", secretKey: "unknown-secret-key-0001" } },
      "login",
      /401\/22/,
    ],
    [
      "an unknown host of sessions",
      {},
      { timeoutMs: 2_000, target: { streams: { host: HOSTS.nobody, start: 1, end: 2 } } },
      "dns-streams",
      /knows no address of `nobody\.ml\.test` \(asked 2 times/,
    ],
    [
      "an unknown host",
      {},
      { timeoutMs: 2_000, target: { url: new URL(`https://${HOSTS.nobody}/`) } },
      "dns",
      /knows no address/,
    ],
  ])("fault: %s", async (_, faults, given, check, detail) => {
    const entries = await tried(faults, given);
    expect(withStatus(entries, "fail")).toEqual([check]);
    expect(named(entries, check)).toEqual(
      expect.objectContaining({
        detail: expect.stringMatching(detail),
        hint: expect.stringMatching(/.{20}/),
      }),
    );
  });

  it("tells two faults apart", async () => {
    const entries = await tried({ certificate: "strangers-expired" });
    expect(withStatus(entries, "fail")).toEqual(["tls-chain", "tls-days"]);
  });
});

describe.skipIf(unavailable)("what is no fault", () => {
  it.each<[string, Partial<Play>, string, "pass" | "info", RegExp]>([
    ["closed ports of sessions", { streams: "closed" }, "streams", "info", /closed.*normal while no session/],
    ["no http at all", { http: "closed" }, "http-redirect", "info", /port 80 is closed/],
    ["a wildcard", { certificate: "wildcard" }, "tls-wildcard", "pass", /covers `\*\.gateway/],
    ["a slow gateway", { delayMs: 120 }, "latency", "info", /p50 1\d\d ms, p95 \d+ ms over 5 requests/],
  ])("%s", async (_, faults, check, status, detail) => {
    const entries = await tried(faults);
    expect(withStatus(entries, "fail")).toEqual([]);
    expect(named(entries, check)).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });

  it("a gateway that is just starting is waited for", async () => {
    await gateway.play({ answers: "bad-gateway" });
    const running = runChecks(OUTSIDE, probeOf(gateway));
    await pause(300);
    await gateway.play();
    const entries = await running;
    expect(withStatus(entries, "fail")).toEqual([]);
    expect(named(entries, "answers").detail).toMatch(/302 \(asked \d times in \d s\)/);
  });

  it("where everybody gets in, nothing is said about sessions", async () => {
    expect(named(await tried({ guard: "open" }), "session").status).toBe("skip");
  });

  it("without a key nothing is said about sessions", async () => {
    const entries = await tried({}, { credentials: null });
    expect(withStatus(entries, "fail")).toEqual([]);
    expect(withStatus(entries, "skip")).toEqual(
      expect.arrayContaining(["login", "cookie-name", "cookie-domain", "session"]),
    );
  });
});

describe.skipIf(unavailable)("addresses", () => {
  it.each([
    ["a name of version 6 alone", () => `https://${HOSTS.gateway6}/`, []],
    ["an address of version 4", () => `https://127.0.0.1:${gateway.ports.https}/`, ["cookie-domain"]],
    ["an address of version 6", () => `https://[::1]:${gateway.ports.https}/`, ["cookie-domain"]],
  ])("%s", async (_, url, faults) => {
    const entries = await tried({}, { target: { url: new URL(url()) } });
    expect(named(entries, "http-redirect").status).toBe(url().endsWith("test/") ? "pass" : "skip");
    // No cookie for a domain reaches an address.
    expect(withStatus(entries, "fail")).toEqual(faults);
    expect(withStatus(entries, "pass")).toEqual(
      expect.arrayContaining(["dns", "tls-chain", "tls-name", "answers", "protected", "login"]),
    );
  });

  it("a node port over http needs a cookie that is not secure", async () => {
    const healthy = await tried({ cookie: PLAIN }, onNodePort());
    expect(withStatus(healthy, "fail")).toEqual([]);
    expect(withStatus(healthy, "pass")).toEqual(
      expect.arrayContaining(["cookie-secure", "session", "protected"]),
    );
    const secure = await tried({ cookie: { ...PLAIN, secure: true } }, onNodePort());
    expect(withStatus(secure, "fail")).toEqual(["cookie-secure"]);
    const values = {
      router: { extraEnvs: [{ name: "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE", value: "true" }] },
    };
    const router = await tried({ cookie: PLAIN }, onNodePort({ values }));
    expect(withStatus(router, "fail")).toEqual(["cookie-secure"]);
  });

  it("an open gateway on a node port is not taken for a page of all hosts", async () => {
    const entries = await tried({ cookie: PLAIN, guard: "open" }, onNodePort());
    expect(withStatus(entries, "fail")).toEqual(["protected"]);
  });

  it("a port where nobody listens is found by one check", async () => {
    const forget = mapNames({ [`two.${DOMAIN}`]: { addresses: ["127.0.0.1", "::1"] } });
    const entries = await tried({}, { target: { url: new URL(`https://two.${DOMAIN}:9/`) } });
    forget();
    expect(withStatus(entries, "fail")).toEqual(["answers"]);
    expect(named(entries, "answers").detail).toContain("ECONNREFUSED");
  });
});
