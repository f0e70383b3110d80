import { describe, expect, it } from "vitest";
import { ToolError } from "../../../src/core/errors.ts";
import {
  apiVersions,
  isInstall,
  kindsOfCrds,
  previewNotices,
  splitTemplate,
  unknownKinds,
} from "../../../src/helm/rendered.ts";

const NO_MATCHES =
  'Error: unable to build kubernetes objects from release manifest: [resource mapping not found for name: "w" namespace: "" from "": no matches for kind "Widget" in version "test.example/v1"\nensure CRDs are installed first, resource mapping not found for name: "v" namespace: "" from "": no matches for kind "Widget" in version "test.example/v1"\nensure CRDs are installed first, resource mapping not found for name: "g" namespace: "" from "": no matches for kind "Gadget" in version "test.example/v1"]';

describe("unknownKinds", () => {
  it.each([
    ["kinds the cluster lacks, each once", new ToolError("helm", 1, NO_MATCHES), ["Widget", "Gadget"]],
    ["other refusals", new ToolError("helm", 1, "Error: something new"), []],
    ["what is no refusal", new Error(NO_MATCHES), []],
  ])("%s", (_, thrown, kinds) =>
    expect(unknownKinds(thrown)).toEqual(kinds.map((kind) => `test.example/v1/${kind}`)),
  );
});

describe("apiVersions", () => {
  it("has versions and kinds, with and without short names", () => {
    const table = `configmaps      cm      v1        true    ConfigMap
deployments     deploy  apps/v1   true    Deployment
bindings                v1        true    Binding
`;
    expect(apiVersions(table)).toEqual(["v1", "v1/ConfigMap", "apps/v1", "apps/v1/Deployment", "v1/Binding"]);
  });
});

describe("kindsOfCrds", () => {
  it("has every version of a definition, and nothing of other objects", () => {
    const spec = {
      group: "test.example",
      names: { kind: "Widget" },
      versions: [{ name: "v1" }, { name: "v2" }],
    };
    const objects = [{ kind: "CustomResourceDefinition", spec }, { kind: "ConfigMap" }, null];
    const versions = ["test.example/v1", "test.example/v2"];
    expect(kindsOfCrds(objects)).toEqual(versions.flatMap((each) => [each, `${each}/Widget`]));
  });
});

describe("splitTemplate", () => {
  const plain = "---\n# Source: c/templates/a.yaml\nkind: ConfigMap\ndata:\n  a: |\n    helm.sh/hooks\n";
  it.each([
    ["a block", "kind: Job\nmetadata:\n  annotations:\n    helm.sh/hook: pre-install\n"],
    ["quotes", 'kind: Job\nmetadata:\n  annotations:\n    "helm.sh/hook": pre-install\n'],
    ["one line", "kind: Job\nmetadata: {annotations: {helm.sh/hook: pre-install}}\n"],
    ["JSON", '{"kind":"Job","metadata":{"annotations":{"x":"y","helm.sh/hook":"pre-install"}}}\n'],
  ])("knows a hook by its annotation in %s", (_, document) => {
    const hook = `---\n# Source: c/templates/hook.yaml\n${document}`;
    expect(splitTemplate(`${plain}${hook}`)).toEqual({ manifest: plain, hooks: hook });
  });

  it("takes a weight or a delete policy alone for no hook", () => {
    const text = `${plain}---\n# Source: c/templates/b.yaml\nmetadata:\n  annotations:\n    helm.sh/hook-weight: "1"\n`;
    expect(splitTemplate(text)).toEqual({ manifest: text, hooks: "" });
  });
});

describe("previewNotices", () => {
  it.each([
    ["a kind the chart brings", ["a/v1/W"], ["a/v1", "a/v1/W"], 3, [/a\/v1\/W yet; the chart brings it/]],
    ["a kind it does not bring", ["a/v1/W"], [], 3, [/does not know a\/v1\/W, .* a release before this one/]],
    ["both", ["a/v1/W", "b/v1/X"], ["a/v1/W"], 3, [/a\/v1\/W yet/, /does not know b\/v1\/X/]],
    ["Helm 4", ["a/v1/W"], ["a/v1/W"], 4, [/brings it/, /`lookup`/]],
  ] as const)("%s", (_, unknown, own, major, expected) => {
    const notices = previewNotices(unknown, own, major);
    expect(notices).toEqual(expected.map((words) => expect.stringMatching(words)));
  });
});

describe("isInstall", () => {
  it.each([
    ["no release", undefined, true],
    ["an uninstalled one", "uninstalled", true],
    ["a failed one", "failed", false],
    ["a deployed one", "deployed", false],
  ])("%s", (_, status, is) =>
    expect(isInstall(status === undefined ? {} : { current: { status } as never })).toBe(is),
  );
});
