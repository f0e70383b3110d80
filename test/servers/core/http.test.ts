import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { UserError } from "../../../src/core/errors.ts";
import { backOff, createHttp, type HttpRequest, readText } from "../../../src/core/http.ts";

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Answers the first calls with these, in order; the last of them goes on. */
async function serve(...answers: RequestListener[]) {
  let calls = 0;
  let connections = 0;
  const server = createServer((request, response) => {
    const answer = answers[Math.min(calls++, answers.length - 1)];
    answer?.(request, response);
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, calls: () => calls, connections: () => connections };
}

/** A client that does not wait, and the pauses it would have made. */
function client() {
  const pauses: number[] = [];
  const http = createHttp(
    new AbortController().signal,
    async (milliseconds) => void pauses.push(milliseconds),
  );
  return { http, pauses };
}

const post = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "POST",
  url,
  repeatable: false,
  ...more,
});
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end("text");
const ok = status(200);
/** Half of what it promised, then a broken connection. */
const half: RequestListener = (request, response) => {
  response.writeHead(200, { "content-length": 10 });
  response.write("12345", () => request.socket.resetAndDestroy());
};
const reset: RequestListener = (request) => void request.socket.resetAndDestroy();
const silent: RequestListener = () => undefined;
/** Never silent for long, never at its end. */
const trickle: RequestListener = (_, response) => {
  const timer = setInterval(() => response.write("."), 10);
  response.on("close", () => clearInterval(timer));
};

async function failure(work: Promise<unknown>): Promise<UserError> {
  return work.then(
    () => expect.fail("expected a failure"),
    (thrown) => thrown,
  );
}

it("speaks http and https through one client", async () => {
  const { url } = await serve(ok);
  const { http } = client();
  expect((await http.send({ method: "GET", url })).status).toBe(200);
  // The server has no TLS, which only shows when the client begins it.
  const error = await failure(http.send({ method: "GET", url: url.replace("http:", "https:"), tries: 1 }));
  expect(error.message).toMatch(/ssl|tls|packet length/i);
});

describe("tries", () => {
  it.each([429, 502, 503, 509])("%i again, waiting longer each time", async (code) => {
    const server = await serve(status(code), status(code), ok);
    const { http, pauses } = client();
    expect((await http.send({ method: "GET", url: server.url })).status).toBe(200);
    expect(server.calls()).toBe(3);
    expect(pauses.map((pause, index) => pause >= 500 * 2 ** index && pause <= 625 * 2 ** index)).toEqual([
      true,
      true,
    ]);
  });

  it("not at the same time as others that were refused with it", async () => {
    const server = await serve(status(429));
    const { http, pauses } = client();
    await http.send(post(server.url, { tries: 9 }));
    expect(new Set(pauses.slice(-3)).size).toBe(3);
  });

  it.each([
    ["a request that may not be repeated after 502", status(502)],
    ["any after 500", status(500)],
    ["any after 504", status(504)],
  ])("not %s", async (_, answer) => {
    const server = await serve(answer, ok);
    expect((await client().http.send(post(server.url))).status).not.toBe(200);
    expect(server.calls()).toBe(1);
  });

  it.each([
    ["no answer", silent],
    ["an answer without end", trickle],
    ["half an answer", half],
    ["a broken connection", reset],
  ])("a question again after %s, nothing else", async (_, answer) => {
    const server = await serve(answer, ok);
    const answered = await client().http.send({ method: "GET", url: server.url, timeoutMs: 300 });
    expect(answered).toMatchObject({ status: 200, text: "text" });
    const other = await serve(answer, ok);
    const error = await failure(client().http.send(post(other.url, { timeoutMs: 300 })));
    expect(error).toMatchObject({ kind: "cluster", message: expect.stringMatching(/^no answer from http/) });
    expect(other.calls()).toBe(1);
  });

  it("anything again when nobody listened: it cannot have been carried out", async () => {
    const server = await serve(ok);
    for (const stop of stops.splice(0)) stop();
    const { http, pauses } = client();
    const error = await failure(http.send(post(server.url)));
    expect(error.message).toMatch(/ECONNREFUSED/);
    expect(pauses).toHaveLength(3);
  });
});

it("says how long it waited for the end of an answer", async () => {
  const server = await serve(trickle);
  const error = await failure(client().http.send(post(server.url, { timeoutMs: 200 })));
  expect(error.message).toMatch(/no complete answer within 0\.2 s$/);
});

describe("the pause before the next try", () => {
  it.each([
    [1, undefined, 500],
    [3, undefined, 2_000],
    [1, "7", 7_000],
    [1, "0", 0],
    [1, "3600", 30_000],
    [2, "soon", 1_000],
  ])("attempt %i with Retry-After %s", (attempt, retryAfter, expected) => {
    expect(backOff(attempt, retryAfter)).toBe(expected);
  });

  it("understands a date", () => {
    const pause = backOff(1, new Date(Date.now() + 20_000).toUTCString());
    expect(pause).toBeGreaterThan(15_000);
    expect(pause).toBeLessThanOrEqual(20_000);
    expect(backOff(1, "Wed, 21 Oct 2015 07:28:00 GMT")).toBe(0);
  });
});

describe("connections", () => {
  it("serve one question after the other, but no request that must not be sent twice", async () => {
    const { url, connections } = await serve(ok);
    const { http } = client();
    for (let nth = 0; nth < 5; nth++) await http.send({ method: "GET", url });
    expect(connections()).toBe(1);
    for (let nth = 0; nth < 3; nth++) await http.send(post(url));
    expect(connections()).toBe(4);
    await http.send(post(url, { repeatable: true }));
    expect(connections()).toBe(4);
  });

  it("that the server has closed meanwhile are opened anew", async () => {
    const closing: RequestListener = (request, response) => {
      response.writeHead(200).end("text");
      response.once("finish", () => request.socket.destroy());
    };
    const { url, calls } = await serve(closing, ok);
    const { http } = client();
    for (let nth = 0; nth < 3; nth++) expect((await http.send({ method: "GET", url })).status).toBe(200);
    expect(calls()).toBe(3);
  });

  it("have deadlines of their own, side by side", async () => {
    const { url } = await serve(silent);
    const { http } = client();
    const ended: number[] = [];
    await Promise.all(
      [150, 50].map((timeoutMs) =>
        http.send({ method: "GET", url, timeoutMs, tries: 1 }).catch(() => ended.push(timeoutMs)),
      ),
    );
    expect(ended).toEqual([50, 150]);
  });
});

it("gives an answer up that does not end", async () => {
  let sent = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    for (;;) {
      sent += 1000;
      yield Buffer.alloc(1000, "x");
    }
  }
  await expect(readText(endless(), 10_000)).rejects.toThrow("longer than");
  expect(sent).toBe(11_000);
  await expect(readText([Buffer.from("short")] as never, 10_000)).resolves.toBe("short");
});
