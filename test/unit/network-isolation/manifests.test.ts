import { describe, expect, it } from "vitest";
import type { ComponentUse } from "../../../src/environment/model.ts";
import { ownPolicies, withOwnPolicies } from "../../../src/network-isolation/manifests.ts";
import { defaultDeny } from "../../../src/network-isolation/policies.ts";
import { parseYaml } from "../../../src/yaml/source.ts";

const NAMES = { lookup: (name: string) => ({ NODES: "10.0.0.0/16" })[name], known: ["NODES"] };

function use(text: string): ComponentUse {
  const source = parseYaml(text, "policies.yaml");
  return {
    id: "network-isolation",
    namespace: "acme",
    overrides: [{ file: "policies.yaml", source }],
  } as never;
}

const policy = (name: string, rest = "") =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: ${name}${rest} }\nspec:\n  podSelector: {}\n  ingress: [{ from: [{ ipBlock: { cidr: "\${NODES}" } }] }]\n`;

describe("ownPolicies", () => {
  it("reads every document and list, fills in names, and puts them where the component stands", () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n  - { apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: c }, spec: {} }\n`;
    const text = `${policy("a")}---\n${policy("b", ", namespace: elsewhere")}---\n${list}`;
    const read = ownPolicies(use(text), NAMES);
    expect(read.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      "acme/a",
      "elsewhere/b",
      "acme/c",
    ]);
    expect(JSON.stringify(read[0]?.spec)).toContain("10.0.0.0/16");
  });

  it.each([
    ["values of a chart", "ingress: { enabled: true }", "this is none", 1],
    [
      "another kind",
      `${policy("a")}---\n{ apiVersion: v1, kind: Secret, metadata: { name: x } }`,
      "this is none",
      8,
    ],
    ["an unknown name", policy("a").replace("NODES", "NODE"), "unknown name `${NODE}`", 6],
    ["broken YAML", "a: [", "", 1],
  ])("refuses %s, with its place", (_, text, message, line) => {
    let thrown: unknown;
    try {
      ownPolicies(use(text), NAMES);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      problems: [
        { message: expect.stringContaining(message) as string, at: { file: "policies.yaml", line } },
      ],
    });
  });
});

describe("withOwnPolicies", () => {
  it("lets the user's policy take the place of one that is made, and keeps the others", () => {
    const own = ownPolicies(use(`${policy("default-deny-ingress")}---\n${policy("more")}`), NAMES);
    const all = withOwnPolicies([defaultDeny("acme"), defaultDeny("globex")], own);
    expect(all.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      "acme/default-deny-ingress",
      "globex/default-deny-ingress",
      "acme/more",
    ]);
    expect(JSON.stringify(all[0])).toContain("10.0.0.0/16");
  });
});
