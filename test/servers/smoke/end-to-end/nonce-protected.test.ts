import { describe, expect, it } from "vitest";
import { forgedToken, refuseStrangers } from "../../../../src/smoke/end-to-end/nonce-protected.ts";
import { GATEWAY, NONCE, type Reply, TOKEN, visiting } from "./visiting.ts";

const OPEN: Reply = { status: 200, text: `welcome to ${NONCE}` };

describe("strangers", { concurrent: true }, () => {
  it.each<[Reply]>([
    [{ status: 401 }],
    [{ status: 403 }],
    [{ status: 404 }],
    [{ status: 302, location: "https://app.example/login" }],
    [{ status: 200, text: "<title>Sign in</title>" }],
  ])("are refused with %j", async (reply) => {
    const { attempt, sent } = visiting(() => reply, { endpoint: `${GATEWAY}/service/1/?token=t0k3n` });
    expect(await refuseStrangers(attempt)).toMatchObject({ status: "pass" });
    // The address as strangers know it, and never the real token.
    expect(sent).toEqual([`${GATEWAY}/service/1/ -`, `${GATEWAY}/service/1/ ${forgedToken(TOKEN)}`]);
  });

  it.each<[string, (request: { url: URL; token: string | undefined }) => Reply, string]>([
    ["without a token", ({ token }) => (token ? { status: 401 } : OPEN), "somebody without a token"],
    [
      "with a forged token",
      ({ token }) => (token ? OPEN : { status: 401 }),
      "a token that nobody has signed",
    ],
    [
      "behind a redirect",
      ({ url }) => (url.pathname === "/in" ? OPEN : { status: 302, location: "/in" }),
      "somebody without a token",
    ],
    ["on an error page", () => ({ ...OPEN, status: 500 }), "somebody without a token"],
  ])("get in %s", async (_, reply, words) => {
    const result = await refuseStrangers(visiting(reply).attempt);
    expect(result).toMatchObject({ status: "fail", detail: expect.stringContaining(words) });
  });

  it.each<[Reply, string]>([
    [{ status: 503 }, "answered 503"],
    [{ code: "ECONNRESET" }, "no answer: ECONNRESET"],
  ])("may be neither: %j", async (reply, words) => {
    const result = await refuseStrangers(visiting(() => reply).attempt);
    expect(result.status).toBe("fail");
    expect(result.detail).toMatch(/could not be seen/);
    expect(result.detail).toContain(words);
  });
});

it.each([TOKEN, "h.p.abba", "h.p."])("a forged token is not %s", (token) => {
  const forged = forgedToken(token);
  expect(forged).not.toBe(token);
  expect(forged.split(".").slice(0, 2)).toEqual(token.split(".").slice(0, 2));
});
