import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ActionDefinition } from "../../../src/core/definition.ts";
import { UserError } from "../../../src/core/errors.ts";
import { secret, text } from "../../../src/core/fields.ts";
import type { Host } from "../../../src/core/host.ts";
import { runAction } from "../../../src/core/run.ts";

let root: string;
let exitCode: typeof process.exitCode;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "run-test-"));
  exitCode = process.exitCode;
});
afterEach(() => {
  process.exitCode = exitCode;
  rmSync(root, { recursive: true });
});

/** A host that keeps everything it is told. `state` is what an earlier step has saved. */
function recordingHost(inputs: Record<string, string>, state: Record<string, string> = {}) {
  const told = { lines: [] as string[], problems: [] as string[], summary: "", outputs: {}, state };
  const host: Host = {
    kind: "github",
    env: {},
    tempRoot: root,
    input: (name) => inputs[name],
    announceSecret: () => undefined,
    line: (line) => told.lines.push(line),
    debug: () => undefined,
    openGroup: () => undefined,
    closeGroup: () => undefined,
    annotate: (level, { message }) => told.problems.push(`${level}: ${message}`),
    async summary(markdown) {
      told.summary += markdown;
    },
    outputs: (values) => Object.assign(told.outputs, values),
    saveState(name, value) {
      told.state[name] = value;
    },
    readState: (name) => state[name] ?? "",
    exportVariable: () => undefined,
    addPath: () => undefined,
  };
  return { host, told };
}

function definition(changes: Partial<ActionDefinition>): ActionDefinition {
  return {
    name: "example",
    description: "An example",
    inputs: z.object({ name: text("A name"), token: secret("A token").optional() }),
    outputs: z.object({ first: text("First"), list: text("List"), never: text("Never reached") }),
    permissions: [],
    examples: [],
    run: async () => undefined,
    ...changes,
  };
}

describe("runAction", () => {
  it("sets what is known of the outputs when the action fails, and empties for the rest", async () => {
    const { host, told } = recordingHost({ name: "x" });
    const run: ActionDefinition["run"] = async (_, context, outputs) => {
      outputs.first = true;
      outputs.list = [1, 2];
      context.summary("so far");
      throw new UserError({ message: "the cluster is gone", hint: "bring it back" }, { kind: "cluster" });
    };
    await runAction(definition({ run }), host);
    expect(process.exitCode).toBe(3);
    expect(told.outputs).toEqual({ first: "true", list: "[1,2]", never: "" });
    expect(told.problems).toEqual(["error: the cluster is gone"]);
    expect(told.summary).toContain("so far");
    expect(told.summary).toContain("bring it back");
    expect(told.lines.join()).not.toContain(" at ");
  });

  it("hides a secret input in everything it writes", async () => {
    const { host, told } = recordingHost({ name: "x", token: "t0p-secret-value" });
    const run: ActionDefinition["run"] = async (inputs, context, outputs) => {
      outputs.first = `got ${inputs.token}`;
      context.summary(`got ${inputs.token}`);
      context.log.info(`got ${inputs.token}`);
      throw new Error(`broke with ${inputs.token}`);
    };
    await runAction(definition({ run }), host);
    expect(JSON.stringify(told)).not.toContain("t0p-secret-value");
    expect(told.outputs).toMatchObject({ first: "got ***" });
  });

  it("shows a bug with its stack and where to report it", async () => {
    const { host, told } = recordingHost({ name: "x" });
    await runAction(
      definition({ run: () => Promise.reject(new TypeError("undefined is no function")) }),
      host,
    );
    expect(process.exitCode).toBe(3);
    expect(told.problems[0]).toContain("unexpected error: undefined is no function");
    expect(told.lines.join("\n")).toMatch(/TypeError[\s\S]* at /);
  });

  it("hands typed state and a private folder from main to post, and removes the folder", async () => {
    const state = z.object({ registries: z.array(z.string()) });
    let folder = "";
    let received: unknown;
    const both = definition({
      state,
      run: async (_, context) => {
        folder = await context.keptDir("logins");
        return { registries: ["docker.io"] };
      },
      post: async (value) => {
        received = value;
        throw new Error("the registry does not answer");
      },
    });
    const main = recordingHost({ name: "x" });
    await runAction(both, main.host);
    expect(existsSync(folder)).toBe(true);
    const post = recordingHost({}, main.told.state);
    await runAction(both, post.host);
    expect(received).toEqual({ registries: ["docker.io"] });
    expect(post.told.problems).toEqual(["warning: example: clean-up failed: the registry does not answer"]);
    expect(process.exitCode).toBe(exitCode);
    expect(existsSync(folder)).toBe(false);
  });

  it("leaves no private folder behind when main fails", async () => {
    const { host } = recordingHost({ name: "x" });
    let folder = "";
    const run: ActionDefinition["run"] = async (_, context) => {
      folder = await context.keptDir("logins");
      await context.tempDir();
      throw new UserError({ message: "wrong token" });
    };
    await runAction(definition({ run, post: async () => undefined }), host);
    expect(process.exitCode).toBe(2);
    expect(existsSync(folder)).toBe(false);
  });
});
