import { describe, expect, it } from "vitest";
import { locationOf } from "../../../../src/smoke/address.ts";
import type { SmokeTarget } from "../../../../src/smoke/model.ts";
import { judgeEntrance } from "../../../../src/smoke/outside/answers.ts";
import type { Answer } from "../../../../src/smoke/outside/connection.ts";
import type { Entrance } from "../../../../src/smoke/outside/entrance.ts";
import { judgeProtection } from "../../../../src/smoke/outside/protected.ts";
import { judgeRedirect } from "../../../../src/smoke/outside/redirect.ts";
import { isForeign, pageWords } from "../../../../src/smoke/outside/reply.ts";

/** A repair is more than a word or two. */
const SENTENCE = /(\S+ ){3}\S/;

const GATEWAY = new URL("https://gateway.acme.ml.example.com/");

function answer(status: number, location?: string, text = ""): Answer {
  return { status, headers: location ? { location } : {}, text, milliseconds: 3 };
}

function entrance(seen: Answer, more: Partial<Entrance> = {}): Entrance {
  const location = locationOf(seen, GATEWAY);
  const waited = { tries: 1, seconds: 0 };
  return {
    answer: seen,
    circle: false,
    everybodys: false,
    waited,
    ...(location ? { location } : {}),
    ...more,
  };
}

function target(more: Partial<SmokeTarget> = {}): SmokeTarget {
  return { url: GATEWAY, values: {}, nodePort: false, appUrl: "https://app.ml.example.com", ...more };
}

describe("answers", () => {
  it.each<[string, Entrance, Partial<SmokeTarget>, RegExp | undefined]>([
    ["the login", entrance(answer(302, "https://app.ml.example.com/login")), {}, undefined],
    ["a refusal", entrance(answer(401)), {}, undefined],
    ["a page, whoever may see it", entrance(answer(200)), {}, undefined],
    ["a login elsewhere", entrance(answer(302, "https://acme.okta.example/oauth2/authorize")), {}, undefined],
    [
      "another site",
      entrance(answer(302, "https://parking.example/")),
      {},
      /another site, `https:\/\/parking/,
    ],
    ["another site, nothing known", entrance(answer(302, "https://a.example/")), { appUrl: "" }, undefined],
    [
      "404",
      entrance(answer(404, undefined, "default backend - 404")),
      {},
      /404 with "default backend - 404"/,
    ],
    ["500", entrance(answer(500)), {}, /found 500/],
    [
      "503 for a while",
      entrance(answer(503), { waited: { tries: 4, seconds: 9 } }),
      {},
      /503 \(asked 4 times in 9 s\)/,
    ],
    ["a circle", entrance(answer(302), { circle: true }), {}, /in a circle/],
    ["everybody's page", entrance(answer(200, undefined, "hi"), { everybodys: true }), {}, /every host gets/],
    [
      "the same host by https",
      entrance(answer(301, "https://plain.example/")),
      { url: new URL("http://plain.example/"), appUrl: "" },
      /http, and leads to https/,
    ],
  ])("%s", (_, seen, more, detail) => {
    const result = judgeEntrance(seen, target(more));
    if (!detail) return expect(result.status).toBe("pass");
    expect(result).toMatchObject({ status: "fail", detail: expect.stringMatching(detail) });
    expect(result.hint).toMatch(SENTENCE);
  });

  it("says of a node port what can be wrong there", () => {
    expect(judgeEntrance(entrance(answer(404)), target({ nodePort: true })).hint).toContain(
      "service.nodePort",
    );
    expect(judgeEntrance(entrance(answer(404)), target()).hint).toContain("ingress.hostName");
  });
});

describe("protected", () => {
  it.each([
    [
      answer(302, "https://app.ml.example.com/login?next=secret"),
      "pass",
      /302 to `https:\/\/app[^?]*login`$/,
    ],
    [answer(401), "pass", /401/],
    [answer(403), "pass", /403/],
    [answer(200, undefined, "<title>Jupyter</title>"), "fail", /found 200 with "Jupyter"/],
    [answer(204), "fail", /found 204$/],
    [answer(400), "fail", /found 400/],
    [answer(302), "fail", /found 302/],
  ])("%j: %s", (seen, status, detail) => {
    expect(judgeProtection(entrance(seen))).toMatchObject({ status, detail: expect.stringMatching(detail) });
  });
});

describe("http-redirect", () => {
  const plain = new URL("http://gateway.acme.ml.example.com/");
  it.each([
    [answer(308, "https://gateway.acme.ml.example.com/"), "pass"],
    [answer(301, "https://gateway.acme.ml.example.com:443/ui"), "pass"],
    [answer(301, "https://app.ml.example.com/login"), "fail"],
    [answer(301, "/login"), "fail"],
    [answer(301, "https://gateway.acme.ml.example.com:8443/"), "fail"],
    [answer(401), "fail"],
    [answer(404), "fail"],
  ])("%j: %s", (seen, status) => {
    expect(judgeRedirect(seen, plain, GATEWAY)).toMatchObject({ status });
  });
});

describe("foreign addresses", () => {
  it.each<[string, Partial<SmokeTarget>, boolean]>([
    ["https://app.ml.example.com/", {}, false],
    ["https://sso.ml.example.com/", {}, false],
    ["https://gateway.acme.ml.example.com/x", {}, false],
    ["https://else.acme.ml.example.com/x", {}, false],
    ["https://ml.example.com.evil.example/", {}, true],
    ["https://shop.example.com/", {}, true],
    ["https://shop.example.com/", { cookieDomain: "example.com" }, false],
    ["https://0.0.2.9/", { appUrl: "https://192.0.2.1", url: new URL("http://192.0.2.1:30080/") }, true],
  ])("%s %j: %s", (address, more, foreign) => {
    expect(isForeign(new URL(address), target(more))).toBe(foreign);
  });
});

it("names pages by their title, or their first words", () => {
  expect(pageWords("<html><head><title> Welcome to nginx! </title>")).toBe("Welcome to nginx!");
  expect(pageWords("default  backend\n- 404")).toBe("default backend - 404");
  expect(pageWords("<p>one two three four five six seven eight nine")).toBe(
    "one two three four five six seven eight",
  );
  expect(pageWords("")).toBe("");
});
