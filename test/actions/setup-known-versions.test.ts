import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ensureTools, toolCache } from "../cluster/tools.ts";
import { serveHttp } from "../support/registries/http-server.ts";
import { startToolMirror, type ToolMirror } from "../support/registries/mirror.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const DATA = join(ROOT, "src/tools/known-versions.json");
const PLATFORM = `${process.platform}-${process.arch}`;
const EMPTY = { helm: {}, kubectl: {}, kubeconform: {} };
let mirror: ToolMirror;
let folder: string;
let file: string;

beforeAll(async () => {
  const tools = await ensureTools(["helm", "helm3", "kubectl", "kubeconform"]);
  mirror = await startToolMirror({ ...tools, dir: join(toolCache(), "archives") });
});
afterAll(() => mirror?.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "known-versions-test-"));
  file = join(folder, "known-versions.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function refresh(url: string, ...names: string[]): Promise<{ code: number; said: string }> {
  const args = [join(ROOT, "scripts/known-versions.ts"), "--mirror", url, "--file", file, ...names];
  const { stdout, stderr, code } = await promisify(execFile)(process.execPath, args).then(
    (done) => ({ ...done, code: 0 }),
    (failed: { stdout: string; stderr: string; code: number }) => failed,
  );
  return { code, said: stdout + stderr };
}

const written = async () =>
  JSON.parse(await readFile(file, "utf8")) as Record<string, Record<string, object>>;
const sumOf = (path: string) =>
  Object.entries(mirror.sums).find(([name]) => name.includes(path))?.[1] ?? "not on the mirror";

describe("the script that refreshes the known versions", () => {
  it("adds named versions with the sums of the publisher's checksum files, and only proven platforms", async () => {
    await writeFile(file, JSON.stringify(EMPTY));
    const { code, said } = await refresh(mirror.url, "helm@4.2.3", "kubectl@v1.36.3", "kubeconform@0.7.0");
    expect(code, said).toBe(0);
    expect(said).toContain(`added: helm 4.2.3 ${PLATFORM}\n`);
    expect(await written()).toEqual({
      helm: { "4.2.3": { [PLATFORM]: sumOf("helm-v4.2.3") } },
      kubectl: { "1.36.3": { [PLATFORM]: sumOf("/kubectl") } },
      kubeconform: { "0.7.0": { [PLATFORM]: sumOf("kubeconform") } },
    });
    expect(await refresh(mirror.url)).toEqual({ code: 0, said: expect.stringContaining("nothing new") });
  });

  it("finds the newest releases of the known lines by itself, and keeps what the mirror does not have", async () => {
    const sums = { "win32-x64": "a".repeat(64) };
    await writeFile(file, JSON.stringify({ ...EMPTY, helm: { "4.1.4": sums, "3.20.0": sums } }));
    const { code, said } = await refresh(mirror.url);
    expect(code, said).toBe(0);
    const { helm, kubectl } = await written();
    expect(Object.keys(helm ?? {})).toEqual(["4.2.3", "4.1.4", "3.21.4", "3.20.0"]);
    expect(helm?.["4.1.4"]).toEqual(sums);
    expect(Object.keys(kubectl ?? {})).toEqual(["1.36.3"]);
  });

  it("leaves out a version that nobody vouches for, and says so", async () => {
    await writeFile(file, JSON.stringify(EMPTY));
    const { code, said } = await refresh(mirror.url, "helm@4.9.9", "helm@4.2.3");
    expect(code).toBe(0);
    expect(said).toContain("left out, no checksum file: helm 4.9.9");
    expect(Object.keys((await written()).helm ?? {})).toEqual(["4.2.3"]);
  });

  it("refuses another sum for a known version, loudly, and writes nothing", async () => {
    // The mirror packs Helm anew: for the real file it is a forger.
    await copyFile(DATA, file);
    const before = await readFile(file, "utf8");
    const { code, said } = await refresh(mirror.url);
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(
        `another one than before: helm 4\\.2\\.3 ${PLATFORM}: known e9b88b4e\\S+, published [0-9a-f]{64}`,
      ),
    );
    expect(said).toContain("nothing was written");
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it.each([
    ["helm@4.2.1", "helm@4.2.1: Helm 4.0.0 to 4.1.1 and 4.2.1"],
    ["helm@4", "helm@4: write tool@version with one of helm, kubectl, kubeconform"],
    ["k9s@1.0.0", "k9s@1.0.0: write tool@version"],
  ])("does not take %s", async (name, message) => {
    await writeFile(file, JSON.stringify(EMPTY));
    expect(await refresh(mirror.url, name)).toEqual({ code: 1, said: expect.stringContaining(message) });
    expect(await written()).toEqual(EMPTY);
  });

  it("writes nothing when the publisher is out of order", async () => {
    await writeFile(file, JSON.stringify(EMPTY));
    const broken = await serveHttp((_, response) => response.writeHead(418).end());
    try {
      const { code, said } = await refresh(broken.url, "helm@4.2.3");
      expect(code).toBe(1);
      expect(said).toContain("sha256sum answers 418");
      expect(await written()).toEqual(EMPTY);
    } finally {
      await broken.stop();
    }
  });
});
