import { afterEach, describe, expect, it } from "vitest";
import { connectClearml } from "../../../src/clearml/api.ts";
import { ClearmlApiError } from "../../../src/clearml/errors.ts";
import { requireEnterpriseKey, serverInfo } from "../../../src/clearml/server.ts";
import { UserError } from "../../../src/core/errors.ts";
import { createHttp } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import { envelope, type ReceivedCall, type Reply, startScriptedServer, token } from "./scripted-server.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const http = createHttp(new AbortController().signal);

async function connect(
  reply: (call: ReceivedCall, nth: number) => Reply,
  options: { login?: (nth: number) => Reply; now?: () => number } = {},
) {
  let logins = 0;
  let others = 0;
  const server = await startScriptedServer((call) => {
    if (call.endpoint !== "auth.login") return reply(call, ++others);
    return options.login?.(++logins) ?? envelope({ token: token({ jti: ++logins }) });
  });
  stops.push(server.stop);
  const secrets = createSecrets(() => undefined);
  const api = connectClearml({
    url: server.url,
    accessKey: "ACCESSKEY0001",
    secretKey: "very-secret-0001",
    http,
    secrets,
    keySource: "the secrets CLEARML_API_KEY and CLEARML_API_SECRET",
    ...(options.now ? { now: options.now } : {}),
  });
  return { api, secrets, server };
}

async function failure(work: Promise<unknown>): Promise<ClearmlApiError> {
  return work.then(
    () => expect.fail("expected a failure"),
    (thrown) => thrown,
  );
}

describe("login", () => {
  it("logs in once with Basic, then calls with the token, also when calls start together", async () => {
    const { api, server } = await connect(() => envelope({ version: "2.3.0" }));
    await Promise.all([serverInfo(api), serverInfo(api), api.claims()]);
    expect(await serverInfo(api)).toEqual({ version: "2.3.0" });
    const logins = server.calls.filter(({ endpoint }) => endpoint === "auth.login");
    expect(logins.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from("ACCESSKEY0001:very-secret-0001").toString("base64")}`,
    ]);
    expect(server.calls.at(-1)?.headers.authorization).toMatch(/^Bearer e30\./);
  });

  it("masks key, secret, their Basic form and the token", async () => {
    const { api, secrets, server } = await connect(() => envelope({}));
    await serverInfo(api);
    for (const { headers } of server.calls) {
      expect(secrets.redact(`${headers.authorization}`)).toMatch(/^(Basic|Bearer) \*\*\*$/);
    }
    expect(secrets.redact("ACCESSKEY0001 very-secret-0001")).toBe("*** ***");
  });

  it("renews a token 60 s before it expires, not earlier", async () => {
    let time = 1_000_000_000_000;
    const { api, server } = await connect(() => envelope({}), {
      login: () => envelope({ token: token({ exp: 1_000_000_000 + 300 }) }),
      now: () => time,
    });
    const logins = () => server.calls.filter(({ endpoint }) => endpoint === "auth.login").length;
    await serverInfo(api);
    time += 239_000;
    await serverInfo(api);
    expect(logins()).toBe(1);
    time += 1_000;
    await serverInfo(api);
    expect(logins()).toBe(2);
  });

  it("logs in again once after 401/30 and gives up after the second one", async () => {
    const expired = envelope({}, 401, 30, "Invalid token (invalid jwt token): reason=Signature has expired");
    const once = await connect((_, nth) => (nth === 1 ? expired : envelope({ version: "2.3.0" })));
    expect(await serverInfo(once.api)).toEqual({ version: "2.3.0" });
    expect(once.server.calls.map(({ endpoint }) => endpoint)).toEqual([
      "auth.login",
      "server.info",
      "auth.login",
      "server.info",
    ]);
    const always = await connect(() => expired);
    expect(await failure(serverInfo(always.api))).toMatchObject({ code: 401, subcode: 30, kind: "input" });
    expect(always.server.calls).toHaveLength(4);
  });

  it("tries another key without touching its own session", async () => {
    const refusal = envelope({}, 401, 22, "Unauthorized (invalid credentials)");
    const { api } = await connect(() => envelope({}), {
      login: (nth) =>
        nth === 1
          ? envelope({ token: token({ identity: { user: "u1", company: "c1", role: "admin" } }) })
          : refusal,
    });
    expect(await api.tryLogin({ accessKey: "OTHERKEY", secretKey: "other-secret" })).toMatchObject({
      user: "u1",
    });
    expect(await api.tryLogin({ accessKey: "REVOKED", secretKey: "other-secret" })).toBeUndefined();
  });
});

describe("headers", () => {
  it("sends the one identity asked for", async () => {
    const { api, server } = await connect(() => envelope({}));
    await api.call("queues.create", { name: "default" }, { impersonate: "u1" });
    await api.call("login.set_domains", {}, { actAs: "u2" });
    expect(server.calls[1]?.headers).toMatchObject({
      "x-clearml-impersonate-as": "u1",
      "content-type": "application/json",
    });
    expect(server.calls[2]?.headers).toMatchObject({ "x-clearml-act-as": "u2" });
    expect(server.calls[2]?.headers).not.toHaveProperty("x-clearml-impersonate-as");
  });

  it("names this program, so that its use of a key is told from the owner's", async () => {
    const { api, server } = await connect(() => envelope({}));
    await api.tryLogin({ accessKey: "OTHERKEY", secretKey: "other-secret" });
    await serverInfo(api);
    const workers = server.calls.map(({ headers }) => headers["x-clearml-worker"]);
    expect(workers).toEqual(["clearml-actions", "clearml-actions", "clearml-actions"]);
  });
});

describe("errors in the envelope", () => {
  it.each([
    ["auth.login", 401, 22, "input", /CLEARML_API_KEY and CLEARML_API_SECRET/],
    ["auth.login", 401, 20, "input", /no key arrived; set the secrets CLEARML_API_KEY/],
    ["system.create_company", 404, 0, "input", /is not a ClearML Enterprise API server/],
    ["queues.get_all", 404, 0, "input", /version is not too old/],
    ["queues.create", 400, 6, "input", /user id is unknown or lies in another company/],
    ["auth.create_user", 403, 20, "input", /role system or root/],
    ["auth.create_credentials", 400, 301, "input", /protected identity/],
    ["server.info", 500, 1, "cluster", /apiserver pods/],
  ] as const)("%s %i/%i is of kind %s with a repair", async (endpoint, code, subcode, kind, hint) => {
    const refusal = envelope({}, code, subcode, "some text of the server");
    const { api } = await connect(() => refusal, {
      login: () => (endpoint === "auth.login" ? refusal : ok()),
    });
    const error = await failure(endpoint === "auth.login" ? api.claims() : api.call(endpoint, {}));
    expect(error).toBeInstanceOf(ClearmlApiError);
    expect(error).toMatchObject({ endpoint, code, subcode, kind, lost: false });
    expect(error.message).toContain(`answered ${code}/${subcode}: some text of the server`);
    expect(error.problems[0]?.hint).toMatch(hint);
  });
});

const ok = () => envelope({ token: token() });

describe("answers that are not ClearML's", () => {
  const page = (title: string) =>
    `<!DOCTYPE html><html><head><title>${title}</title></head><body>x</body></html>`;
  it.each([
    [
      "the web server",
      { body: page("ClearML") },
      'the page "ClearML"',
      "input",
      /is 127.0.0.1 the API server\? It answers at api\./,
    ],
    [
      "a proxy",
      { status: 500, body: page("500 Internal Server Error") },
      "Internal Server Error",
      "cluster",
      /apiserver pods/,
    ],
    [
      "a login redirect",
      { status: 302, headers: { Location: "https://login.example.com/?state=secret-state" } },
      "a redirect to https://login.example.com/ ",
      "input",
      /login page in between/,
    ],
    [
      "a default backend",
      { status: 404, body: "default backend - 404" },
      '"default backend - 404"',
      "input",
      /api\./,
    ],
    [
      "another JSON service",
      { body: '{"message":"no Route matched"}' },
      "no Route matched",
      "input",
      /api\./,
    ],
    ["nothing", { status: 204 }, "an empty page", "input", /api\./],
  ] as const)("%s", async (_, reply, found, kind, hint) => {
    const { api, server } = await connect(() => envelope({}), { login: () => reply });
    const error = await failure(api.claims());
    expect(error.message).toContain(`auth.login at ${server.url} answered`);
    expect(error.message).toContain(found);
    expect(error.message).not.toContain("secret-state");
    expect(error.kind).toBe(kind);
    expect(error.problems[0]?.hint).toMatch(hint);
  });

  it("sends a reading call again after 502 and after a lost answer", async () => {
    const { api, server } = await connect((_, nth) => {
      if (nth === 1) return { status: 502, body: page("Bad Gateway"), headers: { "Retry-After": "0" } };
      return nth === 2 ? "drop" : envelope({ companies: [] });
    });
    expect(await api.call("system.get_companies", {})).toEqual({ companies: [] });
    expect(server.calls).toHaveLength(4);
  });

  it.each([
    ["502", { status: 502, body: page("Bad Gateway"), headers: { "Retry-After": "0" } }],
    ["a dropped connection", "drop"],
  ] as const)(
    "never sends a creating call again after %s, and says that the answer is lost",
    async (_, reply) => {
      const { api, server } = await connect(() => reply);
      const error = await failure(api.call("system.create_company", { name: "x" }));
      expect(error).toMatchObject({ kind: "cluster", lost: true, endpoint: "system.create_company" });
      expect(server.calls.map(({ endpoint }) => endpoint)).toEqual(["auth.login", "system.create_company"]);
    },
  );
});

describe("addresses and keys", () => {
  const options = {
    accessKey: "ACCESSKEY0001",
    secretKey: "s".repeat(8),
    http,
    secrets: createSecrets(() => undefined),
  };
  it.each(["", "api.example.com", "ftp://api.example.com", "https://user:pass@api.example.com"])(
    "refuses the address %j",
    (url) => {
      expect(() => connectClearml({ ...options, url })).toThrow(/address of the ClearML API/);
    },
  );
  it("drops a trailing slash and keeps a path", () => {
    expect(connectClearml({ ...options, url: "https://app.example.com/api/" }).url).toBe(
      "https://app.example.com/api",
    );
  });
  it("names the missing half of the key", () => {
    const work = () =>
      connectClearml({ ...options, url: "https://api.example.com", secretKey: " ", keySource: "API_SECRET" });
    expect(work).toThrow(/secret key of the ClearML API is empty/);
  });
  it("says which call got no answer", async () => {
    const send = async () => {
      throw new UserError(
        { message: "no answer from https://api.example.com: timeout" },
        { kind: "cluster" },
      );
    };
    const api = connectClearml({ ...options, url: "https://api.example.com", http: { send } });
    const error = await failure(api.call("server.info", {}));
    expect(error).toMatchObject({ kind: "cluster", code: 0, lost: true });
    expect(error.message).toBe("auth.login: no answer from https://api.example.com: timeout");
  });
});

describe("requireEnterpriseKey", () => {
  it.each([
    [{ feature_set: "basic" }, /feature set "basic"/],
    [{ identity: { user: "u", company: "c", role: "admin" } }, /role "admin"/],
  ] as const)("refuses %j", async (claims, message) => {
    const { api } = await connect(() => envelope({}), { login: () => envelope({ token: token(claims) }) });
    const error = await failure(requireEnterpriseKey(api));
    expect(error.message).toMatch(message);
    expect(error.kind).toBe("input");
  });
});
