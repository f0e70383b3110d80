import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { commandsOf } from "../../src/lint/commands/commands.ts";
import { environmentReleases, lintScope } from "../../src/lint/engine.ts";
import type { Finding } from "../../src/lint/model.ts";
import { randomFrom } from "../support/random.ts";
import { type Files, load } from "../unit/environment/support.ts";
import { FIXTURES } from "../unit/lint/support.ts";
import { ALL_SPOTS, OPERATORS } from "./faults/index.ts";
import { type Fault, filesOf, spoilt, spotted } from "./faults/model.ts";
import { WORKFLOW } from "./faults/spots-commands.ts";

const SEED = Number(process.env.FAULTS_SEED ?? 20_261_121);
const GOOD = {
  full: { ...filesOf(resolve(FIXTURES, "environments/full")), ...WORKFLOW },
  demo: filesOf(resolve(FIXTURES, "../../workflows-examples/demo")),
};

function allFaults(): Fault[] {
  const random = randomFrom(SEED);
  return [
    ...OPERATORS.flatMap((operator) => spoilt(GOOD.full, operator, random)),
    ...ALL_SPOTS.map((spot) => spotted(GOOD.full, spot)),
  ];
}

interface Outcome {
  fault: Fault;
  found: boolean;
  rightLine: boolean;
  said: string[];
}

/** Findings of an environment and of the workflows beside it. */
async function lintAll(files: Files): Promise<readonly Finding[]> {
  const environment = await load(files);
  const commands = Object.keys(WORKFLOW).flatMap((file) => commandsOf(file, files[file] ?? ""));
  return lintScope({ environment, releases: environmentReleases(environment), commands }).findings;
}

async function tryFault(fault: Fault): Promise<Outcome> {
  let findings: readonly Pick<Finding, "rule" | "file" | "line" | "severity">[];
  try {
    findings = await lintAll(fault.files);
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    // What is wrong in clearml.yaml and the tenants' files is refused while they are read.
    findings = thrown.problems.map(({ at }) => ({
      rule: "refused",
      file: at?.file ?? "",
      line: at?.line ?? 0,
      severity: "error",
    }));
  }
  const named = findings.filter(({ rule }) => fault.rules.includes(rule));
  return {
    fault,
    found: named.length > 0,
    rightLine: named.some(({ file, line }) => file === fault.file && line === fault.line),
    said: findings.map(({ rule, file, line }) => `${rule} ${file}:${line}`),
  };
}

describe("a good environment", () => {
  it.each(Object.keys(GOOD) as (keyof typeof GOOD)[])("%s has no findings above info", async (name) => {
    const findings = await lintAll(GOOD[name]);
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });
});

describe(`faults put into a good environment (FAULTS_SEED=${SEED})`, async () => {
  const outcomes: Outcome[] = [];
  for (const fault of allFaults()) outcomes.push(await tryFault(fault));
  const text = ({ fault, said }: Outcome) =>
    `${fault.family}: ${fault.what} at ${fault.file}:${fault.line} should be ${fault.rules.join(" or ")}; said ${said.join(", ") || "nothing"}`;

  it("are many, and of every family", () => {
    expect(outcomes.length).toBeGreaterThanOrEqual(200);
    const families = new Set(outcomes.map(({ fault }) => fault.family));
    const all = [
      "agents",
      "charts",
      "commands",
      "hosts",
      "policies",
      "secrets",
      "settings",
      "syntax",
      "tenants",
    ];
    expect([...families].sort()).toEqual([...all, "values"]);
  });

  it("are found, 95 of 100 at least", () => {
    const missed = outcomes.filter(({ found }) => !found).map(text);
    expect(missed.slice(0, Math.max(0, missed.length - Math.floor(outcomes.length * 0.05)))).toEqual([]);
  });

  it("are found on their line, 99 of 100 at least", () => {
    const found = outcomes.filter((each) => each.found);
    const wrong = found.filter(({ rightLine }) => !rightLine).map(text);
    expect(wrong.slice(0, Math.max(0, wrong.length - Math.floor(found.length * 0.01)))).toEqual([]);
  });
});
