import { describe, expect, it } from "vitest";
import type { Answer } from "../../../../src/smoke/outside/connection.ts";
import { judgeDomain, judgeName, judgeSecure } from "../../../../src/smoke/outside/cookies.ts";
import { readCookie, type SetCookie, sessionCookie } from "../../../../src/smoke/outside/log-in.ts";
import { judgeSession } from "../../../../src/smoke/outside/session.ts";

const SECURE = "ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE";
const URL_OF = new URL("https://gateway.ml.example.com/");
const LOGIN = new URL("https://app.ml.example.com/dashboard?x=1");

function cookie(more: Partial<SetCookie> = {}): SetCookie {
  return { name: "clearml", value: "v", secure: false, ...more };
}

function answer(status: number, location?: string): Answer {
  return { status, headers: location ? { location } : {}, text: "", milliseconds: 1 };
}

describe("Set-Cookie", () => {
  it.each([
    ["a=b", { name: "a", value: "b", secure: false }],
    ["a=b=c; Path=/; HttpOnly", { name: "a", value: "b=c", secure: false }],
    ["a=; secure", { name: "a", value: "", secure: true }],
    [
      "a=b; Domain=.ML.example.com; SameSite=Lax",
      { name: "a", value: "b", secure: false, domain: "ml.example.com" },
    ],
    ["a=b; DOMAIN=x.example; Secure", { name: "a", value: "b", secure: true, domain: "x.example" }],
    ["a=b; Domain=", { name: "a", value: "b", secure: false }],
  ])("%s", (line, expected) => expect(readCookie(line)).toEqual(expected));

  it("of the session is the one with the token", () => {
    const balancer = cookie({ name: "AWSALB", value: "node-1" });
    const signed = cookie({ name: "signed", value: "a.b.c" });
    const own = cookie({ name: "own", value: "token" });
    expect(sessionCookie([balancer, signed, own], "token")).toBe(own);
    expect(sessionCookie([balancer, signed], "token")).toBe(signed);
    expect(sessionCookie([balancer], "token")).toBeUndefined();
  });
});

describe("the server's cookie", () => {
  it("has the name the gateway looks for", () => {
    expect(judgeName(cookie(), "clearml").status).toBe("pass");
    expect(judgeName(cookie(), undefined).status).toBe("info");
    const other = judgeName(cookie(), "allegro_token");
    expect(other).toMatchObject({ status: "fail", detail: expect.stringContaining("`allegro_token`") });
    expect(other.hint).toContain("clearml.authCookieName");
  });

  it.each([
    ["ml.example.com", "gateway.ml.example.com", "api.ml.example.com", "pass"],
    ["ml.example.com", "ml.example.com", "api.ml.example.com", "pass"],
    ["ml.example.com", "gateway.xml.example.com", "api.ml.example.com", "fail"],
    ["ml.example.com", "gateway.example.com", "api.ml.example.com", "fail"],
    [undefined, "gateway.ml.example.com", "api.ml.example.com", "fail"],
    [undefined, "gateway.api.ml.example.com", "api.ml.example.com", "fail"],
    [undefined, "192.0.2.1", "192.0.2.1", "pass"],
    [undefined, "2001:db8::1", "[2001:db8::1]", "pass"],
    [undefined, "192.0.2.1", "192.0.2.2", "fail"],
    ["192.0.2.1", "192.0.2.1", "192.0.2.1", "pass"],
    ["2.1", "192.0.2.1", "192.0.2.1", "fail"],
  ])("for %s at %s (API %s): %s", (domain, host, api, status) => {
    const result = judgeDomain(cookie(domain ? { domain } : {}), host, api);
    expect(result.status).toBe(status);
    expect(result.hint === undefined).toBe(status === "pass");
  });

  const env = (...values: unknown[]) => ({
    router: { extraEnvs: values.map((value) => ({ name: SECURE, value })) },
  });
  it.each([
    ["a plain cookie", cookie(), [], {}, "pass", /over http too/],
    ["a secure one", cookie({ secure: true }), [], {}, "fail", /the server's cookie `clearml` is secure/],
    ["a secure one of the gateway", cookie(), [cookie({ name: "own", secure: true })], {}, "fail", /`own`/],
    ["the variable", cookie(), [], env("false"), "pass", /over http too/],
    ["the variable as a boolean", cookie(), [], env(false), "pass", /over http too/],
    ["the variable says true", cookie(), [], env("true"), "fail", /is "true"/],
    ["a later variable", cookie(), [], env("true", "false"), "pass", /over http too/],
    ["a value from elsewhere", cookie(), [], env(undefined), "pass", /over http too/],
  ])("over http: %s", (_, own, gateways, values, status, detail) => {
    const result = judgeSecure(own, gateways, { values });
    expect(result).toMatchObject({ status, detail: expect.stringMatching(detail) });
    expect(result.hint === undefined).toBe(status === "pass");
  });
});

describe("session", () => {
  const ok = answer(200);
  it.each<[string, { cookie?: Answer; token: Answer }, string, RegExp, RegExp?]>([
    ["both get in", { cookie: ok, token: ok }, "pass", /token: 200; with the cookie: 200/],
    ["a page that is not there", { cookie: answer(404), token: answer(404) }, "pass", /404/],
    ["a redirect inside", { cookie: answer(302, "/ui"), token: ok }, "pass", /cookie: 302/],
    [
      "a redirect elsewhere",
      { cookie: answer(302, "https://app.ml.example.com/x"), token: ok },
      "pass",
      /302/,
    ],
    ["no cookie to try", { token: ok }, "pass", /^with the token: 200$/],
    ["nobody", { cookie: answer(403), token: answer(401) }, "fail", /token: 401.*cookie: 403/, /jwksKey/],
    [
      "the login again",
      { cookie: answer(302, "https://app.ml.example.com/dashboard"), token: ok },
      "fail",
      /token: 200, which is right; with the cookie: 302 to the login/,
      /authCookieName/,
    ],
    ["a login by its look", { cookie: answer(302, "/login"), token: ok }, "fail", /to the login/, /Cookie/i],
    ["no token", { cookie: ok, token: answer(401) }, "fail", /with the token: 401/, /Authorization/],
    ["a break", { cookie: answer(500), token: answer(502) }, "fail", /502.*500/, /log of the gateway/],
  ])("%s", (_, answers, status, detail, hint) => {
    const result = judgeSession(answers, URL_OF, { location: LOGIN });
    expect(result).toMatchObject({ status, detail: expect.stringMatching(detail) });
    if (hint) expect(result.hint).toMatch(hint);
    else expect(result.hint).toBeUndefined();
  });
});
