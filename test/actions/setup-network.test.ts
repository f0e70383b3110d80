import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../cluster/certificates.ts";
import { type HttpServer, serveHttp, serveHttps } from "../support/registries/http-server.ts";
import { type ForwardProxy, startProxy } from "../support/registries/proxy.ts";
import { type ActionRun, runAction } from "../support/run-action.ts";
import { everythingOf, fakeHelmRelease, type SetupParts, startSetupParts } from "./setup-parts.ts";

const run = promisify(execFile);
const VERSION = "4.9.9";
const TOKEN = "canary-mirror-token-2b6d";
type Answer = (request: IncomingMessage, response: ServerResponse, call: number) => void;

let parts: SetupParts;
let machine: string;
let release: Awaited<ReturnType<typeof fakeHelmRelease>>;
let servers: { stop(): Promise<void> }[];

beforeAll(async () => {
  parts = await startSetupParts();
  // kubectl and kubeconform lie in the cache from here on; the tests are about helm.
  const filled = await runAction(
    "setup-clearml-helm",
    { mirror: parts.mirror, checksums: parts.checksums },
    { env: { PATH: parts.bareBin, RUNNER_TOOL_CACHE: parts.toolCache } },
  );
  expect(filled.code, filled.stdout).toBe(0);
});
afterAll(() => parts?.stop());
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), "setup-machine-"));
  release = await fakeHelmRelease(machine, VERSION, "#!/bin/sh\necho v4.9.9\n");
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.stop();
  await rm(machine, { recursive: true, force: true });
});

function setup(mirror: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}) {
  return runAction(
    "setup-clearml-helm",
    { mirror, "helm-version": VERSION, checksums: parts.checksums, ...inputs },
    { machine, env: { PATH: parts.bareBin, RUNNER_TOOL_CACHE: parts.toolCache, ...env } },
  );
}

/** A mirror of helm: the checksum file as it should be, the archive as `answer` gives it. */
async function mirror(answer: Answer): Promise<HttpServer & { calls: number[] }> {
  const calls: number[] = [];
  const server = await serveHttp((request, response) => {
    if (request.url?.endsWith(".sha256sum")) return void response.end(`${release.sum}  ${release.name}\n`);
    answer(request, response, calls.push(Date.now()));
  });
  servers.push(server);
  return { ...server, calls };
}

function expectNothingLeft(result: ActionRun): void {
  expect(result.outputs["helm-version"]).toBe("");
  expect(result.leftovers).toEqual([]);
  expect(existsSync(join(parts.toolCache, "clearml-helm", VERSION))).toBe(false);
}

async function expectInstalled(result: ActionRun): Promise<void> {
  expect(result.code, result.stdout).toBe(0);
  expect((await run(result.outputs["helm-path"] ?? "")).stdout).toBe("v4.9.9\n");
  await rm(join(parts.toolCache, "clearml-helm", VERSION), { recursive: true });
}

describe("a mirror that", () => {
  it("is slow is waited for as long as something arrives", async () => {
    const server = await mirror((_, response) => {
      const step = Math.ceil(release.archive.length / 10);
      let sent = 0;
      const timer = setInterval(() => {
        response.write(release.archive.subarray(sent, sent + step));
        sent += step;
        if (sent < release.archive.length) return;
        clearInterval(timer);
        response.end();
      }, 150);
    });
    const result = await setup(server.url);
    expect(result.milliseconds).toBeGreaterThan(1_400);
    await expectInstalled(result);
  });

  it("answers 503 twice is asked a third time, after a pause", async () => {
    const server = await mirror((_, response, call) => {
      if (call < 3) response.writeHead(503).end();
      else response.end(release.archive);
    });
    await expectInstalled(await setup(server.url));
    const [first = 0, second = 0, third = 0] = server.calls;
    expect(second - first).toBeGreaterThanOrEqual(490);
    expect(third - second).toBeGreaterThanOrEqual(990);
  });

  it("answers 429 is left in peace for as long as it asks", async () => {
    const server = await mirror((_, response, call) => {
      if (call === 1) response.writeHead(429, { "retry-after": "2" }).end();
      else response.end(release.archive);
    });
    await expectInstalled(await setup(server.url));
    const [first = 0, second = 0] = server.calls;
    expect(second - first).toBeGreaterThanOrEqual(1_990);
  });

  it("answers 500 for ever is given up after four tries", async () => {
    const server = await mirror((_, response) => response.writeHead(500).end());
    const result = await setup(server.url);
    expect(result.code).toBe(3);
    expect(server.calls).toHaveLength(4);
    expect(result.stdout).toContain(
      `::error::\`helm-version\`: ${server.url}/${release.name} answers 500%0Atry again`,
    );
    expectNothingLeft(result);
  });

  it("cuts every answer off is given up, and nothing of it stays", async () => {
    const server = await mirror((_, response) => {
      response.writeHead(200, { "content-length": release.archive.length });
      response.write(release.archive.subarray(0, 50), () => response.destroy());
    });
    const result = await setup(server.url);
    expect(result.code).toBe(3);
    expect(server.calls).toHaveLength(4);
    expect(result.stdout).toContain(`::error::download of ${server.url}/${release.name} failed: `);
    expectNothingLeft(result);
  });

  it("cuts an answer off without saying how long it is meets the sum", async () => {
    const server = await mirror((_, response) => response.end(release.archive.subarray(0, 50)));
    const result = await setup(server.url);
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/::error::helm 4\.9\.9 from \S+ has the SHA-256 sum/);
    expectNothingLeft(result);
  });

  it("sends somewhere else is followed, without the token", async () => {
    const tokens: (string | undefined)[] = [];
    const other = await mirror((request, response) => {
      tokens.push(request.headers.authorization);
      response.end(release.archive);
    });
    const server = await mirror((request, response) => {
      tokens.push(request.headers.authorization);
      response.writeHead(302, { location: `${other.url}/moved/${release.name}` }).end();
    });
    await expectInstalled(await setup(server.url, { "mirror-token": TOKEN }));
    expect(tokens).toEqual([`Bearer ${TOKEN}`, undefined]);
  });

  it.each([401, 403])("answers %d wants another token: wrong input", async (status) => {
    const server = await mirror((_, response) => response.writeHead(status).end());
    const result = await setup(server.url, { "mirror-token": TOKEN });
    expect(result.code).toBe(2);
    expect(server.calls).toHaveLength(1);
    expect(result.stdout).toContain(
      `answers ${status}%0Athe server wants a login: set or correct \`mirror-token\``,
    );
    expect(everythingOf(result)).not.toContain(TOKEN);
    expectNothingLeft(result);
  });
});

describe("an archive with the right sum and", () => {
  const target = `${process.platform}-${process.arch === "arm64" ? "arm64" : "amd64"}`;

  /** Makes the archive of the mirror anew, out of what `prepare` puts into a folder. */
  async function pack(names: string[], prepare: (source: string) => Promise<void>): Promise<HttpServer> {
    const source = join(machine, "packed");
    await mkdir(join(source, target), { recursive: true });
    await prepare(source);
    const file = join(machine, release.name);
    await run("tar", ["-czPf", file, "-C", source, ...names]);
    release.archive = await readFile(file);
    release.sum = (await run("sha256sum", [file])).stdout.split(" ")[0] ?? "";
    return mirror((_, response) => response.end(release.archive));
  }

  it("a file for another folder is unpacked without it", async () => {
    const server = await pack([`${target}/helm`, "../evil", join(machine, "absolute")], async (source) => {
      await writeFile(join(source, target, "helm"), "#!/bin/sh\necho v4.9.9\n", { mode: 0o755 });
      await writeFile(join(machine, "evil"), "");
      await writeFile(join(machine, "absolute"), "");
    });
    await rm(join(machine, "absolute"));
    const result = await setup(server.url);
    expect(existsSync(join(machine, "absolute"))).toBe(false);
    expect(result.leftovers).toEqual([]);
    await expectInstalled(result);
  });

  it.each([
    ["a symbolic link to a file of the machine", (path: string) => symlink("/bin/sh", path)],
    ["a folder in place of the program", (path: string) => mkdir(path)],
  ])("%s is refused", async (_, make) => {
    const server = await pack([`${target}/helm`], (source) => make(join(source, target, "helm")));
    const result = await setup(server.url);
    expect(result.code).toBe(3);
    expect(result.stdout).toContain(`cannot be unpacked: ${target}/helm in it is no regular file`);
    expectNothingLeft(result);
  });
});

describe("behind a proxy, with a certificate authority of one's own", () => {
  const MIRROR = "https://mirror.invalid:8443/tools";
  let proxy: ForwardProxy;
  let certificate: string;

  beforeEach(async () => {
    const authority = await createAuthority(machine);
    certificate = authority.certificate;
    const { certificate: cert, key } = await authority.issue("mirror", "CN=mirror", ["mirror.invalid"]);
    const files: Record<string, Buffer | string> = {
      [`/tools/${release.name}`]: release.archive,
      [`/tools/${release.name}.sha256sum`]: release.sum,
    };
    const tls = { cert: readFileSync(cert), key: readFileSync(key) };
    const server = await serveHttps(tls, (request, response) => {
      const body = files[request.url ?? ""];
      if (body === undefined) response.writeHead(404).end();
      else response.end(body);
    });
    proxy = await startProxy(Number(new URL(server.url).port));
    servers.push(server, proxy);
  });

  it.each(["HTTPS_PROXY", "https_proxy"])(
    "downloads go through %s, and its user name with them",
    async (name) => {
      const env = { [name]: proxy.url.replace("//", "//user:word@"), NODE_EXTRA_CA_CERTS: certificate };
      const result = await setup(MIRROR, {}, env);
      await expectInstalled(result);
      const credentials = `Basic ${Buffer.from("user:word").toString("base64")}`;
      expect(proxy.calls()).toEqual(Array(2).fill(`CONNECT mirror.invalid:8443 ${credentials}`));
    },
  );

  it.each([".invalid", "other.example,mirror.invalid:8443"])(
    "NO_PROXY=%s leads past it",
    async (NO_PROXY) => {
      const env = { HTTPS_PROXY: proxy.url, NO_PROXY, NODE_EXTRA_CA_CERTS: certificate };
      const result = await setup(MIRROR, {}, env);
      // Without the proxy nobody knows this host.
      expect(result.code).toBe(3);
      expect(result.stdout).toMatch(
        /::error::download of https:\/\/mirror\.invalid:8443\S+ failed: getaddrinfo/,
      );
      expect(proxy.calls()).toEqual([]);
      expectNothingLeft(result);
    },
  );

  it("a server whose certificate nobody vouches for is not used", async () => {
    const env = { HTTPS_PROXY: proxy.url };
    const result = await setup(MIRROR, { "mirror-token": TOKEN }, env);
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(
      /::error::download of https:\S+ failed: (unable|self-signed|.*certificate)/,
    );
    expect(result.stdout).toContain("in NODE_EXTRA_CA_CERTS");
    expectNothingLeft(result);
  });
});
