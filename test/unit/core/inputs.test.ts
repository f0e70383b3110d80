import { describe, expect, it } from "vitest";
import { z } from "zod";
import { UserError } from "../../../src/core/errors.ts";
import {
  choice,
  duration,
  fieldInfo,
  flag,
  githubToken,
  lines,
  parseDuration,
  secret,
  text,
} from "../../../src/core/fields.ts";
import type { Host } from "../../../src/core/host.ts";
import { maskSecretInputs, readInputs } from "../../../src/core/inputs.ts";
import { createSecrets } from "../../../src/core/secrets.ts";

const schema = z.object({
  config: text("path").prefault("clearml.yaml"),
  mode: choice("mode", ["plan", "apply"]).prefault("apply"),
  timeout: duration("how long").prefault("10m"),
  tenant: text("which tenant"),
  force: flag("really").optional(),
  names: lines("names").prefault(""),
  token: secret("token").optional(),
  github: githubToken("of the job"),
});

function host(inputs: Record<string, string>): Host {
  return { input: (name: string) => inputs[name] || undefined } as Host;
}

function problems(inputs: Record<string, string>): string[] {
  try {
    readInputs(schema, host(inputs));
    return [];
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return thrown.problems.map((problem) => problem.message);
  }
}

describe("readInputs", () => {
  it("parses every kind of field and fills in defaults", () => {
    const inputs = readInputs(
      schema,
      host({ tenant: "acme", force: "false", names: "a\n\n# no\n b ", timeout: "1m30s" }),
    );
    expect(inputs).toEqual({
      config: "clearml.yaml",
      mode: "apply",
      timeout: 90_000,
      tenant: "acme",
      force: false,
      names: ["a", "b"],
    });
  });

  it("names every wrong input at once, with what was expected and what was found", () => {
    expect(problems({ mode: "destroy", timeout: "ten", force: "maybe" })).toEqual([
      "input `mode`: expected one of plan, apply, got `destroy`",
      "input `timeout`: expected a duration such as 10m, got `ten`",
      "input `tenant` is missing",
      "input `force`: expected true or false, got `maybe`",
    ]);
  });

  it("does not repeat the value of a secret", () => {
    const strict = z.object({ token: secret("token").refine(() => false, { error: "expected another" }) });
    expect(() => readInputs(strict, host({ token: "hunter2hunter2" }))).toThrow(
      "input `token`: expected another",
    );
    expect(() => readInputs(strict, host({ token: "hunter2hunter2" }))).not.toThrow(/hunter2/);
  });
});

describe("maskSecretInputs", () => {
  it("announces secret inputs and nothing else", () => {
    const announced: string[] = [];
    const secrets = createSecrets((value) => announced.push(value));
    maskSecretInputs(schema, host({ tenant: "visible-tenant", token: "t0p-secret" }), secrets);
    expect(announced).toContain("t0p-secret");
    expect(announced.join()).not.toContain("visible-tenant");
  });
});

describe("fieldInfo", () => {
  it.each([
    ["config", { description: "path", form: "text", required: false, default: "clearml.yaml" }],
    [
      "mode",
      {
        description: "mode",
        form: "choice",
        words: ["plan", "apply"],
        required: false,
        default: "apply",
      },
    ],
    ["timeout", { description: "how long", form: "duration", required: false, default: "10m" }],
    ["names", { description: "names", form: "list", required: false, default: "" }],
    ["tenant", { description: "which tenant", form: "text", required: true }],
    ["token", { description: "token", form: "text", required: false, secret: true }],
    ["force", { description: "really", form: "flag", required: false }],
    [
      "github",
      {
        description: "of the job",
        form: "text",
        required: false,
        secret: true,
        workflowDefault: "${{ github.token }}",
      },
    ],
  ] as const)("reads %s", (name, info) => {
    expect(fieldInfo(schema.shape[name])).toEqual(info);
  });
});

describe("parseDuration", () => {
  it.each([
    ["10m", 600_000],
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["2h", 7_200_000],
  ])("%s is %d ms", (value, milliseconds) => expect(parseDuration(value)).toBe(milliseconds));
});
