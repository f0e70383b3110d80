import { describe, expect, it } from "vitest";
import { fetchNonce } from "../../../../src/smoke/end-to-end/nonce.ts";
import { GATEWAY, NONCE, type Reply, TOKEN, visiting } from "./visiting.ts";

const ENDPOINT = `${GATEWAY}/service/1/`;

describe("the nonce with a token", { concurrent: true }, () => {
  it("is what the task serves", async () => {
    const { attempt, sent } = visiting(() => ({ status: 200, text: `${NONCE}\n` }));
    expect(await fetchNonce(attempt)).toMatchObject({ status: "pass" });
    expect(sent).toEqual([`${ENDPOINT} ${TOKEN}`]);
  });

  it.each([
    [{ status: 404 }],
    [{ status: 502 }],
    [{ status: 503 }],
    [{ status: 504 }],
    [{ code: "ENOTFOUND" }],
  ])("may take its time: %j", async (first) => {
    let asked = 0;
    const { attempt } = visiting(() => (asked++ === 0 ? first : { status: 200, text: NONCE }));
    expect(await fetchNonce(attempt)).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("asked 2 times"),
    });
  });

  it("is fetched where a redirect of the gateway itself leads", async () => {
    const { attempt, sent } = visiting(({ url }) =>
      url.pathname === "/service/1/"
        ? { status: 301, location: "/service/1/home" }
        : { status: 200, text: NONCE },
    );
    expect(await fetchNonce(attempt)).toMatchObject({ status: "pass" });
    expect(sent[1]).toBe(`${GATEWAY}/service/1/home ${TOKEN}`);
  });

  it.each<[Reply, string, RegExp]>([
    [{ status: 200, text: "<title>Sign in</title>" }, "200 with something else", /another route/],
    [{ status: 200, text: `x${NONCE}` }, "200 with something else", /another route/],
    [{ status: 500, text: "" }, "500 with something else", /log of the gateway/],
    [{ status: 401 }, "answered 401 to a user with a valid token", /apiServerUrlReference/],
    [{ status: 403 }, "answered 403 to a user with a valid token", /apiServerUrlReference/],
    [{ status: 404 }, "still answered 404", /network policy/],
    [
      { status: 302, location: "https://app.example/login?state=s3cr3t" },
      "to `https://app.example/login` (302)",
      /apiServerUrlReference/,
    ],
    [{ status: 302, location: "/service/1/" }, "(302)", /apiServerUrlReference/],
    [{ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "no answer: DEPTH_ZERO_SELF_SIGNED_CERT (asked once", /./],
    [{ code: "ECONNREFUSED" }, "no answer: ECONNREFUSED", /./],
  ])("is not %j", async (reply, words, hint) => {
    const { attempt, sent } = visiting(() => reply);
    const result = await fetchNonce(attempt);
    expect(result).toMatchObject({ status: "fail", hint: expect.stringMatching(hint) });
    expect(result.detail).toContain(words);
    expect(result.detail).not.toContain("s3cr3t");
    // A token goes to the gateway alone.
    expect(sent.every((each) => each.startsWith(`${GATEWAY}/`))).toBe(true);
  });

  it("needs wildcards where the endpoint is a sub-domain", async () => {
    const endpoint = "https://t1.gateway.example/";
    const { attempt } = visiting(() => ({ code: "ENOTFOUND" }), { endpoint });
    expect((await fetchNonce(attempt)).hint).toMatch(/wildcard/);
  });
});
