import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { sarifOf } from "../../../src/lint/report/sarif.ts";
import { RULES } from "../../../src/lint/rules/index.ts";
import { lintText } from "./support.ts";

const SCHEMA = createRequire(import.meta.url).resolve(
  "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json",
);

describe("the SARIF file", () => {
  it("is valid by the official schema, with everything a result may have", () => {
    const { findings, silenced } = lintText(
      "control-plane",
      "clearml: { cookieName: 1.50 }\nwebserver: { ingress: { hostName: A.b } } # clearml-lint-ignore L71 why\nfoo: 1\n",
    );
    const [first] = findings;
    const related = first
      ? [{ ...first, related: [{ file: "b.yaml", line: 1, column: 1, message: "here" }] }]
      : [];
    const sarif = sarifOf({
      findings: [...findings, ...related],
      silenced,
      known: findings,
      rules: RULES,
      cwd: "/work",
    });
    const validator = new Validator(JSON.parse(readFileSync(SCHEMA, "utf8")) as object, "4", false);
    expect(validator.validate(sarif).errors).toEqual([]);
    expect(validator.validate({ ...sarif, runs: [{}] }).valid).toBe(false);
  });
});
