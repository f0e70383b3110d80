import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDownload } from "../../../src/core/download.ts";

const BYTES = Buffer.alloc(300_000, "helm");
let folder: string;
let file: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "download-"));
  file = join(folder, "file");
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(folder, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const download = createDownload(new AbortController().signal, { stallMs: 300, pauseMs: 10 });

describe("download", () => {
  it("streams into the file and returns the sum", async () => {
    const url = await serve((_, response) => response.end(BYTES));
    const result = await download({ url }, file);
    expect(result).toEqual({ status: 200, sha256: createHash("sha256").update(BYTES).digest("hex") });
    expect(await readFile(file)).toEqual(BYTES);
  });

  it.each([404, 401, 403])("gives back %d at once and writes no file", async (status) => {
    let calls = 0;
    const url = await serve((_, response) => {
      calls++;
      response.writeHead(status).end("no");
    });
    expect(await download({ url }, file)).toEqual({ status, sha256: "" });
    expect([calls, existsSync(file)]).toEqual([1, false]);
  });

  it.each([429, 500, 503])("tries again after %d", async (status) => {
    let calls = 0;
    const url = await serve((_, response) => {
      if (++calls === 1) response.writeHead(status).end();
      else response.end(BYTES);
    });
    expect((await download({ url }, file)).status).toBe(200);
    expect(calls).toBe(2);
  });

  it("tries again after a cut-off answer", async () => {
    let calls = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": BYTES.length });
      if (++calls > 1) response.end(BYTES);
      else response.write(BYTES.subarray(0, 1000), () => response.destroy());
    });
    const { sha256 } = await download({ url }, file);
    expect(sha256).toBe(createHash("sha256").update(BYTES).digest("hex"));
    expect(await readFile(file)).toEqual(BYTES);
  });

  it("gives up a connection on which nothing more arrives, after four tries", async () => {
    let calls = 0;
    const url = await serve((_, response) => {
      calls++;
      response.writeHead(200, { "content-length": BYTES.length });
      response.write(BYTES.subarray(0, 1000));
    });
    await expect(download({ url }, file)).rejects.toMatchObject({ kind: "cluster" });
    expect([calls, existsSync(file)]).toEqual([4, false]);
  });

  it("gives up a server that never answers, after four tries", async () => {
    let calls = 0;
    const url = await serve(() => void calls++);
    await expect(download({ url }, file)).rejects.toMatchObject({ kind: "cluster" });
    expect([calls, existsSync(file)]).toEqual([4, false]);
  });

  it("follows relative redirects, and drops the token when the origin changes", async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end(BYTES);
    });
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location = request.url === "/a" ? "/b" : `${other}/c`;
      response.writeHead(302, { location }).end();
    });
    const result = await download({ url: `${url}/a`, headers: { authorization: "Bearer t" } }, file);
    expect(result.status).toBe(200);
    // On a busy machine an earlier try may have stalled.
    expect(seen.slice(-3)).toEqual(["Bearer t", "Bearer t", undefined]);
  });

  it("stops a chain of redirects", async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: "/again" }).end());
    await expect(download({ url }, file)).rejects.toThrow("more than 5 redirects");
  });

  it("waits no longer than the run lasts, whatever a server asks for", async () => {
    const cancel = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(429, { "retry-after": "3600" }).end();
      setTimeout(() => cancel.abort(), 50);
    });
    expect((await createDownload(cancel.signal)({ url }, file)).status).toBe(429);
  });

  it("ends soon when the run is cancelled", async () => {
    const cancel = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-length": BYTES.length });
      response.write("x");
      cancel.abort();
    });
    await expect(createDownload(cancel.signal)({ url }, file)).rejects.toMatchObject({ kind: "cluster" });
  });

  it.each(["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,x"])(
    "does not follow to %s",
    async (location) => {
      const url = await serve((_, response) => response.writeHead(302, { location }).end());
      await expect(download({ url }, file)).rejects.toThrow("no http(s)");
      expect(existsSync(file)).toBe(false);
    },
  );

  it.each([true, false])("gives up what is too long, said beforehand: %s", async (isSaid) => {
    let calls = 0;
    const url = await serve((_, response) => {
      calls++;
      if (isSaid) response.setHeader("content-length", BYTES.length);
      response.end(BYTES);
    });
    const small = createDownload(new AbortController().signal, { stallMs: 300, pauseMs: 10 }, 100_000);
    await expect(small({ url }, file)).rejects.toThrow(/longer than/);
    expect([calls, existsSync(file)]).toEqual([1, false]);
  });
});
