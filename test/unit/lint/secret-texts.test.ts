import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import type { Hit } from "../../../src/lint/model.ts";
import { fileRelease } from "../../../src/lint/release.ts";
import { RULES } from "../../../src/lint/rules/index.ts";
import { parseYaml } from "../../../src/yaml/source.ts";

/** Secrets written so that a rule about writing has something to say; each holds 48151623. */
const WRITTEN: [what: string, component: ComponentId, text: string][] = [
  ["a password that is a number", "redis", "auth:\n  password: 048151623\n"],
  ["a password in typographic quotes", "redis", "auth:\n  password: \u201c48151623\u201d\n"],
  ["a password with an invisible character", "redis", "auth:\n  password: a\u200b48151623\n"],
  ["a password beside a note", "redis", "auth:\n  password: a48151623 # TODO\n"],
  ["a password of an old chart", "redis", "password: 048151623\n"],
  ["a password nobody knows", "redis", "master:\n  password: 048151623.10\n"],
  [
    "a variable that is a number",
    "agent",
    "agentk8sglue:\n  extraEnvs:\n    - { name: MY_PASSWORD, value: 48151623 }\n",
  ],
  [
    "a variable of a container nobody knows",
    "agent",
    "agentk8sglue:\n  basePodTemplate:\n    initContainers:\n      - env:\n          - { name: MY_TOKEN, value: 48151623 }\n",
  ],
];

describe("what rules say", () => {
  it.each(WRITTEN)("never shows %s", (_, component, text) => {
    const release = fileRelease(CATALOGUE[component], parseYaml(text, "values.yaml"));
    const hits = RULES.flatMap((rule): Hit[] =>
      (rule.components?.includes(component) ?? true) ? [...(rule.check?.(release) ?? [])] : [],
    );
    expect(hits).not.toEqual([]);
    const said = hits.map(({ message, hint, fix }) => [
      message,
      hint,
      fix?.changes.map(({ source, ...change }) => change),
    ]);
    expect(JSON.stringify(said)).not.toContain("48151623");
  });
});
