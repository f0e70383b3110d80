/** Publishing the npm package with the real npm, to a registry that keeps what it gets. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { afterAll, beforeAll, expect, it } from "vitest";

const scratch = mkdtempSync(join(tmpdir(), "release-npm-"));
const script = resolve(import.meta.dirname, "../../scripts/release/npm-publish.ts");
let server: Server;
let registry: string;
const versions = new Map<string, { dist: { integrity: string } }>();
const distTags: Record<string, string> = {};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.method === "PUT") {
      const sent = JSON.parse(body) as {
        versions: Record<string, never>;
        "dist-tags": Record<string, string>;
      };
      for (const [version, manifest] of Object.entries(sent.versions)) versions.set(version, manifest);
      Object.assign(distTags, sent["dist-tags"]);
    }
    const found = request.method === "PUT" ? {} : versions.get(request.url?.split("/")[2] ?? "");
    const status = request.method === "PUT" ? 201 : found ? 200 : 404;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const host = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  registry = `http://${host}`;
  writeFileSync(join(scratch, ".npmrc"), `//${host}/:_authToken=test\nupdate-notifier=false\n`);
});
afterAll(() => {
  server.close();
  rmSync(scratch, { recursive: true });
});

/** The archive of a package with this text in it. */
async function archive(version: string, text: string): Promise<string> {
  const files = { "package.json": JSON.stringify({ name: "example-package", version }), "index.js": text };
  const entries = Object.entries(files).map(([name, body]) => ({
    header: { name: `package/${name}`, size: body.length, mode: 0o644 },
    body,
  }));
  const file = join(scratch, `example-package-${version}.tgz`);
  writeFileSync(file, gzipSync(await packTar(entries)));
  return file;
}

async function publish(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [script, "--registry", registry, ...args], {
    env: { PATH: process.env.PATH, HOME: scratch },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  return { code: await new Promise((done) => child.once("close", done)), ...output };
}

it("publishes a version once; again it changes nothing; with other content it refuses", async () => {
  const first = await archive("1.0.0", "first");
  expect(await publish(first, "latest")).toMatchObject({
    code: 0,
    stdout: "example-package-1.0.0.tgz: published\n",
  });
  expect(distTags).toEqual({ latest: "1.0.0" });
  const published = versions.get("1.0.0");
  expect(await publish(first, "latest")).toMatchObject({
    code: 0,
    stdout: "example-package-1.0.0.tgz: there\n",
  });
  const { code, stderr } = await publish(await archive("1.0.0", "changed"), "latest");
  expect(stderr).toMatch(/^npm has example-package@1\.0\.0 with other content; /);
  expect(code).toBe(1);
  expect(versions.get("1.0.0")).toBe(published);
}, 60_000);

it("leaves the newest version to `npx` when an older one is repaired", async () => {
  expect(await publish(await archive("0.9.1", "repaired"), "older")).toMatchObject({ code: 0 });
  expect(distTags).toEqual({ latest: "1.0.0", older: "0.9.1" });
  expect(versions.get("0.9.1")).toMatchObject({ name: "example-package" });
}, 60_000);

it("says so when the registry cannot be reached", async () => {
  const { code, stderr } = await publish(
    await archive("1.0.1", "x"),
    "latest",
    "--registry",
    "http://127.0.0.1:1",
  );
  expect(stderr).toBe("http://127.0.0.1:1 does not answer; run the job again\n");
  expect(code).toBe(1);
});
