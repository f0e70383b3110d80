/** The program of the pods on a cluster with real ones: each part asked as its neighbours ask it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { partOf } from "../../scripts/playground/pods/main.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** What the chart gives its API server. */
const SERVER = {
  CLEARML__secure__credentials__apiserver__user_key: "KEY",
  CLEARML__secure__credentials__apiserver__user_secret: "SECRET",
  CLEARML__APISERVER__AUTH__SESSION_AUTH_COOKIE_NAME: "clearml-token-demo",
  CLEARML__APISERVER__AUTH__COOKIES__DOMAIN: ".ml.example.com",
};

async function started(env: Record<string, string>): Promise<{ url: string; port: number }> {
  const part = await partOf(env);
  if (!part) throw new Error("no server");
  const server = createServer((incoming, response) => void part.handle(incoming, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, port: part.port };
}

describe("pods of the stand-in charts", () => {
  it("log in at the server, with the cookie that it is told to set", async () => {
    const { url, port } = await started(SERVER);
    expect(port).toBe(8008);
    const answer = await fetch(`${url}/auth.login`, {
      headers: { authorization: `Basic ${btoa("KEY:SECRET")}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("set-cookie")).toMatch(
      /^clearml-token-demo=.*; Domain=ml\.example\.com; Secure$/,
    );
    expect(
      (await fetch(`${url}/auth.login`, { headers: { authorization: `Basic ${btoa("KEY:no")}` } })).status,
    ).toBe(401);
  });

  it("are let in by the gateway with a token or the cookie of the server, and not without", async () => {
    const server = await started(SERVER);
    const basic = { authorization: `Basic ${btoa("KEY:SECRET")}` };
    const { data } = (await (await fetch(`${server.url}/auth.login`, { headers: basic })).json()) as {
      data: { token: string };
    };
    const gateway = await started({
      API_URL: server.url,
      APP_URL: "https://app.test",
      COOKIE: "clearml-token-demo",
    });
    const status = async (headers: Record<string, string>) =>
      (await fetch(gateway.url, { headers, redirect: "manual" })).status;
    expect(gateway.port).toBe(8080);
    expect(await status({})).toBe(302);
    expect(await status({ authorization: "Bearer forged" })).toBe(302);
    expect(await status({ cookie: `other=${data.token}` })).toBe(302);
    expect(await status({ cookie: `a=b; clearml-token-demo=${data.token}` })).toBe(404);
    expect(await status({ authorization: `Bearer ${data.token}` })).toBe(404);
  });

  it("serve where their Services lead, and wait where nobody asks", async () => {
    const ports = [{ USER_KEY: "k" }, { NGINX_APISERVER_ADDR: "http://api" }, {}].map(partOf);
    expect((await Promise.all(ports)).map((part) => part?.port)).toEqual([8081, 8080, 8080]);
    expect(await partOf({ ROUTER_NAME: "clearml-app-gateway" })).toBeUndefined();
    expect(await partOf({ K8S_GLUE_QUEUE: "default" })).toBeUndefined();
  });
});
