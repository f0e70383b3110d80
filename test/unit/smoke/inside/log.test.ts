import { describe, expect, it } from "vitest";
import { routersOf } from "../../../../src/smoke/inside/containers.ts";
import { isRefusal, judgeLogs } from "../../../../src/smoke/inside/log.ts";
import { withoutSecrets } from "../../../../src/smoke/inside/without-secrets.ts";
import { object, pod } from "./support.ts";

describe("a refused key", () => {
  it.each([
    "clearml.backend_api.session.session:LoginError: Failed getting token (error 401 from https://api.x): Unauthorized (invalid credentials) (failed to locate provided credentials)",
    "Action failed <401/22: tasks.get_all/v2.20 (Invalid credentials)>",
    "requests.exceptions.HTTPError: 401 Client Error: UNAUTHORIZED for url: https://api.x/auth.login",
    "HTTP/1.1 401 Unauthorized",
    "response status=401, retrying",
    '{"meta": {"result_code": 401, "result_subcode": 30}}',
    "ERROR Unauthorized (missing credentials)",
  ])("is %s", (line) => expect(isRefusal(line)).toBe(true));

  it.each([
    '10.1.1.1 - - [21/Nov/2026:20:00:00 +0000] "GET /service/x HTTP/1.1" 401 179 "-" "curl/7.88"',
    '"POST /api HTTP/2" 401 0',
    "polled 401 tasks in 3 ms",
    "took 401 ms",
    "listening on port 14010",
    "task 4012ab: route added",
    "error 4010",
    "error 500 from https://api.x",
    "error 403 from https://api.x: Forbidden (not allowed for role)",
  ])("is not %s", (line) => expect(isRefusal(line)).toBe(false));

  const [router] = routersOf([pod("gw-router-1")]);
  it("is told with the place, the number of lines and the last one", () => {
    if (!router) throw new Error("no router");
    const result = judgeLogs([{ router, lines: ["up", "error 401 a", "error 401 b", "waiting"] }]);
    expect(result).toMatchObject({ status: "fail" });
    expect(result.detail).toContain("2 of 4 lines in the log of container router of pod acme/gw-router-1");
    expect(result.detail).toMatch(/the last one: error 401 b$/);
  });

  it("is looked for in the log of every router", () => {
    if (!router) throw new Error("no router");
    const logs = [
      { router, lines: ["up"] },
      { router, lines: ["error 401"] },
    ];
    expect(judgeLogs(logs).status).toBe("fail");
    expect(judgeLogs(logs.slice(0, 1))).toMatchObject({ status: "pass" });
    expect(judgeLogs([{ router, lines: [] }]).detail).toMatch(/wrote nothing in the last hour/);
  });
});

describe("routers", () => {
  const two = (containers: object[]) => [object("Pod", "gw", { spec: { containers } })];
  const api = [{ name: "CLEARML_API_HOST", value: "https://api.x" }];
  it.each<[string, object[], string[]]>([
    ["by what they are told", [{ name: "own-proxy", env: api }, { name: "router" }], ["own-proxy"]],
    ["by their name", [{ name: "task-router" }, { name: "proxy" }], ["task-router"]],
    ["as what is no proxy", [{ name: "main" }, { name: "nginx-proxy" }], ["main"]],
  ])("are known %s", (_, containers, expected) =>
    expect(routersOf(two(containers)).map(({ container }) => container.name)).toEqual(expected),
  );
});

describe("without secrets", () => {
  const key = "GGS9F4M6XB2DXJ5AFT9FZ8X1Y2Z3W4";
  const secret = "v1GujFzV-jrxzWSgPj3SoVtTFsTeDmpPv9OHYVBDWPH_OKKrAwcSMd1E3AoGH7i9oXo";
  it.each([
    [`token eyJhbGciOiJIUzI1NiJ9.e30.c2ln end`, "token *** end"],
    ["Authorization: Bearer abc.def-ghi_123", "Authorization: Bearer ***"],
    ["Authorization: Basic QUJDOmRlZg==", "Authorization: Basic ***"],
    ["https://user:hunter2@host/x", "https://user:***@host/x"],
    [`login with ${key}`, "login with ***"],
    [`login with ${secret}`, "login with ***"],
    ["CLEARML_API_SECRET_KEY=abc123", "CLEARML_API_SECRET_KEY=***"],
    [`{"access_key": "abc", "x": 1}`, `{"access_key": "***", "x": 1}`],
    ["set-cookie: clearml_token_basic=abcdef", "set-cookie: ***"],
    ["password: hunter2, retrying", "password: ***, retrying"],
  ])("%s", (text, expected) => expect(withoutSecrets(text)).toBe(expected));

  it.each([
    "Failed getting token (error 401 from https://api.acme.example): Unauthorized (invalid credentials)",
    "task 1f0c9b2d7c5b4c0d8c0f4b8f5b0a9e11 is gone",
    "pod gw-clearml-enterprise-app-gateway-router-7c6c8f6675-c4gqb: 0 of 1 available",
    "image docker.io/clearml/app-gateway-router@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  ])("leaves alone: %s", (text) => expect(withoutSecrets(text)).toBe(text));
});
