import { describe, expect, it } from "vitest";
import { createExec } from "../../../src/core/exec.ts";

const log = {
  info: () => {},
  debug: () => {},
  group: async <T>(_: string, work: () => Promise<T>) => work(),
};
const exec = createExec({ PATH: process.env.PATH, INPUT_TOKEN: "secret-input", SEEN: "yes" }, log);
const node = (code: string, options = {}) => exec.run(process.execPath, ["-e", code], options);

describe("exec.run", () => {
  it("gives back both outputs and the exit code", async () => {
    const code = 'process.stdout.write("öut"); process.stderr.write("err"); process.exitCode = 3';
    expect(await node(code, { ok: [3] })).toEqual({ stdout: "öut", stderr: "err", code: 3 });
  });

  it("hands over standard input and closes it", async () => {
    const { stdout } = await node("process.stdin.pipe(process.stdout)", { stdin: "values: 1\n" });
    expect(stdout).toBe("values: 1\n");
    expect((await node("process.stdin.pipe(process.stdout)", { stdin: "" })).stdout).toBe("");
  });

  it("survives a tool that ends without reading its input", async () => {
    const runs = Array.from({ length: 20 }, () => exec.run("true", [], { stdin: "x".repeat(1_000_000) }));
    expect((await Promise.all(runs)).every(({ code }) => code === 0)).toBe(true);
  });

  it("keeps the inputs of the action from the tool, and passes the rest on", async () => {
    const code = "console.log(JSON.stringify([process.env.INPUT_TOKEN, process.env.SEEN, process.env.MORE]))";
    const { stdout } = await node(code, { env: { MORE: "more" } });
    expect(JSON.parse(stdout)).toEqual([null, "yes", "more"]);
  });

  it("throws the last meaningful line of a tool that fails", async () => {
    const failure = node('console.error("Error: no such chart\\nuse --help"); process.exit(1)');
    await expect(failure).rejects.toMatchObject({ name: "ToolError", exitCode: 1, kind: "cluster" });
  });

  it("counts a tool that was killed as failed", async () => {
    await expect(node('process.kill(process.pid, "SIGKILL")', { stdin: "" })).rejects.toMatchObject({
      exitCode: 137,
    });
  });

  it("says how to get a tool that is not there", async () => {
    const failure = "no-such-tool is not installed or not on PATH";
    await expect(exec.run("no-such-tool", [])).rejects.toThrow(failure);
    await expect(exec.run("no-such-tool", [], { harmless: true })).rejects.toThrow(failure);
  });

  it("takes what looks like a shell's complaint for the tool's own", async () => {
    const failure = node('console.error("exec: no plugin found"); process.exit(127)');
    await expect(failure).rejects.toMatchObject({ name: "ToolError", exitCode: 127 });
  });

  it("hands over arguments as they are", async () => {
    const args = ["", "a b", "$HOME", "`id`", "$(id)", "'\"\\", "*", "--", "-c", "öß", "two\nlines"];
    const code = "console.log(JSON.stringify(process.argv.slice(1)))";
    for (const harmless of [false, true]) {
      const { stdout } = await exec.run(process.execPath, ["-e", code, "--", ...args], { harmless });
      expect(JSON.parse(stdout)).toEqual(args);
    }
  });
});
