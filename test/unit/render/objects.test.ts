import { describe, expect, it } from "vitest";
import { environmentReleases } from "../../../src/lint/engine.ts";
import type { LintRelease } from "../../../src/lint/model.ts";
import { objectsOf } from "../../../src/render/objects.ts";
import type { Path } from "../../../src/yaml/source.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

/** The control plane with an override file and inline values of `imageCredentials` and `clearml`. */
async function releaseWith(controlPlane: string): Promise<LintRelease> {
  const releases = environmentReleases(await load(environmentOf({ controlPlane })));
  const release = releases.find(({ id }) => id === "control-plane");
  if (!release) throw new Error("no control plane");
  return release;
}

describe("the objects of printed manifests", () => {
  const brief = async (text: string) =>
    objectsOf(text, await releaseWith("")).map(({ apiVersion, kind, namespace, name, template, hooks }) =>
      `${apiVersion} ${kind} ${namespace ?? "-"}/${name} ${template} ${hooks?.join("+") ?? ""}`.trim(),
    );

  it.each([
    ["nothing", "", []],
    ["comments alone", "---\n# Source: c/templates/a.yaml\n# off\n", []],
    [
      "several documents of one template, and a template that begins without a line of its own",
      "---\n# Source: c/crds/x.yaml\napiVersion: v1\nkind: A\nmetadata: {name: a}\n---\napiVersion: v1\nkind: B\nmetadata: {name: b, namespace: other}\n\n---\n# Source: c/templates/y.yaml\napiVersion: g/v1\nkind: C\nmetadata: {name: c}\n",
      ["v1 A -/a c/crds/x.yaml", "v1 B other/b c/crds/x.yaml", "g/v1 C -/c c/templates/y.yaml"],
    ],
    [
      "what Helm 4 tells of a pull",
      "Pulled: localhost/x:1\nDigest: sha256:1\n---\n# Source: a\napiVersion: v1\nkind: A\nmetadata: {name: a}\n",
      ["v1 A -/a a"],
    ],
    [
      "hooks",
      "---\n# Source: a\napiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {helm.sh/hook: 'pre-install, post-delete'}}\n",
      ["batch/v1 Job -/a a pre-install+post-delete"],
    ],
    [
      "a list",
      "---\n# Source: a\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A, metadata: {name: a}}, {apiVersion: v1, kind: B, metadata: {name: b}}]\n",
      ["v1 A -/a a", "v1 B -/b a"],
    ],
    [
      "a line that looks like a source within a text",
      "---\n# Source: a\napiVersion: v1\nkind: A\nmetadata: {name: a}\ndata:\n  x: |\n    # Source: b\n    ---\n",
      ["v1 A -/a a"],
    ],
    ["a name that is a number", "apiVersion: v1\nkind: A\nmetadata: {name: 1}\n", ["v1 A -/1"]],
  ])("are read: %s", async (_, text, expected) => {
    expect(await brief(text)).toEqual(expected);
  });
});

const CONTAINER = (line: string) => `apiVersion: v1
kind: Pod
metadata: { name: a }
spec:
  replicas: 3
  host: files.example.com
  containers:
    - name: a
      ${line}
`;
const FIRST: Path = ["spec", "containers", 0];

describe("where a rendered value comes from", () => {
  it.each<[string, string, string, Path, string]>([
    [
      "a variable by its name",
      "apiserver:\n  extraEnvs:\n    - { name: A, value: x }\n",
      "env: [{ name: A, value: other }]",
      [...FIRST, "env", 0, "value"],
      "control-plane.yaml:3:25",
    ],
    [
      "a number below a key of the same name",
      "apiserver:\n  resources: { limits: { cpu: 3 } }\n",
      "resources: { limits: { cpu: 3 } }",
      [...FIRST, "resources", "limits", "cpu"],
      "control-plane.yaml:2:31",
    ],
    ["the same number elsewhere is chance", "apiserver:\n  extraReplicas: 3\n", "a: 3", [...FIRST, "a"], ""],
    [
      "replicas",
      "apiserver:\n  replicaCount: 3\n  other: 3\n",
      "a: 3",
      ["spec", "replicas"],
      "control-plane.yaml:2:17",
    ],
    [
      "a telling text under another key",
      "fileserver:\n  ingress: { hostName: files.example.com }\n",
      "a: 1",
      ["spec", "host"],
      "control-plane.yaml:2:24",
    ],
    [
      "two places that explain it equally well",
      "a: { x: some-text }\nb: { w: some-text }\n",
      "c: some-text",
      [...FIRST, "c"],
      "control-plane.yaml:1:9 control-plane.yaml:2:9",
    ],
    [
      "the longer path wins",
      "a: { x: { c: some-text } }\nb: { w: some-text }\n",
      "c: some-text",
      [...FIRST, "c"],
      "control-plane.yaml:1:14",
    ],
    [
      "a repository",
      "x: { image: { repository: clearml/server, tag: '1.2.3' } }\n",
      "image: docker.io/clearml/server:1.2.3",
      [...FIRST, "image"],
      "control-plane.yaml:1:27",
    ],
    [
      "a tag",
      "x: { image: { tag: '1.2.3-4' } }\n",
      "image: docker.io/clearml/server:1.2.3-4",
      [...FIRST, "image"],
      "control-plane.yaml:1:20",
    ],
    [
      "a registry with a port has no tag",
      "x: { image: { tag: '5000/server' } }\n",
      "image: localhost:5000/server",
      [...FIRST, "image"],
      "",
    ],
    [
      "a map printed as it is",
      "x: { nodeSelector: { disk: ssd } }\n",
      "nodeSelector: { disk: ssd }",
      [...FIRST, "nodeSelector"],
      "control-plane.yaml:1:20",
    ],
    [
      "a name that was replaced",
      "x: { url: 'https://app.${BASE_DOMAIN}' }\n",
      "z: https://app.ml.example.com",
      [...FIRST, "z"],
      "control-plane.yaml:1:11",
    ],
    ["nothing that the overrides say", "x: 1\n", "z: default", [...FIRST, "z"], ""],
    [
      "a value that a later layer replaces",
      "clearml: { cookieDomain: ml.example.com }\n",
      "z: ml.example.com",
      [...FIRST, "z"],
      "clearml.yaml:10:84",
    ],
  ])("%s", async (_, override, line, path, expected) => {
    const [object] = objectsOf(CONTAINER(line), await releaseWith(override));
    const places = object?.origins(path).map((at) => `${at.file}:${at.line}:${at.column}`);
    expect(places?.join(" ")).toBe(expected);
  });

  it("is the component where it cannot be told", async () => {
    const release = await releaseWith("a: { x: some-text }\nb: { w: some-text }\n");
    const [object] = objectsOf(CONTAINER("c: some-text"), release);
    expect(object?.locate([...FIRST, "c"])).toBe(release.at);
    expect(object?.locate(["spec", "nothing"])).toBe(release.at);
  });
});
