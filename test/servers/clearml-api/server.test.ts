import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ClearmlApi, startClearmlApi } from "../../support/clearml-api/server.ts";
import { call, impersonate } from "./caller.ts";

let api: ClearmlApi;
beforeEach(async () => {
  api = await startClearmlApi();
});
afterEach(() => api.stop());

describe("injected failures", () => {
  const ping = () => fetch(`${api.url}/debug.ping`);
  const authorization = () =>
    `Basic ${Buffer.from(`${api.system.accessKey}:${api.system.secretKey}`).toString("base64")}`;

  it("a proxy's page, once", async () => {
    api.fail({ status: 502, html: true });
    const page = await ping();
    expect([page.status, page.headers.get("content-type")]).toEqual([502, "text/html"]);
    expect(await page.text()).toContain("<title>502 Bad Gateway</title>");
    expect((await ping()).status).toBe(200);
  });

  it("an error in the envelope, for one endpoint, several times", async () => {
    api.fail({ endpoint: "server.info", status: 401, subcode: 30, times: 2 });
    expect((await ping()).status).toBe(200);
    for (const result of ["401/30", "401/30", "200/0"]) {
      expect((await call(api, "server.info")).result).toBe(result);
    }
  });

  it("too many requests, with the time to wait", async () => {
    api.fail({ status: 429, retryAfter: 7 });
    const answer = await ping();
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  it("a connection closed before the call is carried out, and after", async () => {
    const name = "acme";
    api.fail({ endpoint: "system.create_company", status: 0 });
    await expect(call(api, "system.create_company", { name })).rejects.toThrow("fetch failed");
    expect(api.state.companies.size).toBe(1);
    api.fail({ endpoint: "system.create_company", status: 0, carriedOut: true });
    await expect(call(api, "system.create_company", { name })).rejects.toThrow("fetch failed");
    expect(api.state.companies.size).toBe(2);
  });

  it("the second call of an endpoint, as a proxy that waited too long for what was carried out", async () => {
    const name = "acme";
    api.fail({ endpoint: "system.create_company", nth: 2, status: 504, html: true, carriedOut: true });
    expect((await call(api, "system.create_company", { name })).result).toBe("200/0");
    expect((await ping()).status).toBe(200);
    const create = () =>
      fetch(`${api.url}/system.create_company`, {
        method: "POST",
        headers: { Authorization: authorization() },
        body: JSON.stringify({ name: "other" }),
      });
    expect((await create()).status).toBe(504);
    expect([...api.state.companies.values()].map((company) => company.name)).toContain("other");
    expect((await create()).status).toBe(400);
  });

  it("an answer that comes late, and one that comes slowly", async () => {
    for (const failure of [{ delayMs: 60 }, { slowBodyMs: 6 }]) {
      api.fail(failure);
      const begun = performance.now();
      expect((await (await ping()).json()) as object).toMatchObject({ data: { msg: expect.any(String) } });
      expect(performance.now() - begun, JSON.stringify(failure)).toBeGreaterThan(50);
    }
  });

  it("a connection that breaks before the answer, and in it", async () => {
    api.fail({ endpoint: "debug.ping", reset: "before-answer" });
    await expect(ping()).rejects.toThrow("fetch failed");
    api.fail({ endpoint: "debug.ping", reset: "in-body" });
    const begun = await ping();
    expect(begun.status).toBe(200);
    await expect(begun.text()).rejects.toThrow("terminated");
    expect(api.calls.map(({ status }) => status)).toEqual([0, 0]);
  });

  it("a database that is down", async () => {
    const { token } = (await call(api, "auth.login")).data;
    api.state.databaseDown = true;
    expect((await call(api, "server.info")).result).toBe("500/1");
    const headers = { Authorization: `Bearer ${token}` };
    const status = async (endpoint: string) => (await fetch(`${api.url}/${endpoint}`, { headers })).status;
    expect([await status("debug.ping"), await status("server.info"), await status("queues.get_all")]).toEqual(
      [200, 200, 500],
    );
  });
});

it("records calls without their secrets", async () => {
  await call(api, "server.info");
  await call(api, "queues.get_all", {}, impersonate("nobody"));
  expect(api.calls).toEqual([
    { method: "POST", endpoint: "server.info", status: 200 },
    { method: "POST", endpoint: "queues.get_all", impersonateAs: "nobody", status: 400 },
  ]);
  expect(JSON.stringify(api.calls)).not.toContain(api.system.accessKey);
});

it("refuses a request line or a header as long as gunicorn does", async () => {
  const long = await fetch(`${api.url}/debug.ping?x=${"y".repeat(4100)}`);
  expect([long.status, long.headers.get("content-type")]).toEqual([414, "text/html"]);
  expect((await fetch(`${api.url}/debug.ping`, { headers: { "X-Long": "y".repeat(8200) } })).status).toBe(
    431,
  );
});

it.each(["//debug.ping", "/%zz", "/a%20b"])("answers the odd path %s as a wrong one", async (path) => {
  const { meta } = (await (await fetch(`${api.url}${path}`)).json()) as { meta: { result_msg: string } };
  expect(meta.result_msg).toBe(`Invalid request path ${path.replace("%20", " ")}`);
});

describe("as a process of its own", () => {
  const main = fileURLToPath(new URL("../../support/clearml-api/main.ts", import.meta.url));
  const run = (args: readonly string[], env: Record<string, string>) =>
    spawn(process.execPath, [main, ...args], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });

  it("prints its address and ends with its standard input", async () => {
    const key = { accessKey: "DEMOKEY", secretKey: "demo-secret" };
    const child = run([], {
      CLEARML_API_ACCESS_KEY: key.accessKey,
      CLEARML_API_SECRET_KEY: key.secretKey,
    });
    try {
      const [line] = await once(createInterface(child.stdout), "line");
      const printed = JSON.parse(line) as { url: string };
      expect(Object.keys(printed)).toEqual(["url"]);
      expect((await call({ ...api, url: printed.url }, "system.get_companies", {}, { key })).result).toBe(
        "200/0",
      );
      const ended = once(child, "exit");
      child.stdin.end();
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("makes a key pair up, serves the open-source edition, and ends on SIGTERM", async () => {
    const child = run(["--edition", "community"], { CLEARML_API_ACCESS_KEY: "", CLEARML_API_SECRET_KEY: "" });
    try {
      const [line] = await once(createInterface(child.stdout), "line");
      const { url, ...key } = JSON.parse(line) as ClearmlApi["system"] & { url: string };
      expect((await call({ ...api, url }, "system.get_companies", {}, { key })).result).toBe("404/0");
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
