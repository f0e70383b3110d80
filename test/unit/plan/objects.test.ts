import { describe, expect, it } from "vitest";
import { keptObjects, planObjects } from "../../../src/plan/objects.ts";
import { type Data, manifest, object, plan, TAG } from "./support.ts";

/** `action kind namespace/name`, with `hook` where it is one. */
function lines(planned: ReturnType<typeof plan>): string[] {
  return planned.map(
    ({ action, kind, namespace, name, hook }) =>
      `${action} ${kind} ${namespace ?? "-"}/${name}${hook ? " hook" : ""}`,
  );
}

const CONFIG = object("ConfigMap", { data: { a: "1" } });
const KEEP = { metadata: { annotations: { "helm.sh/resource-policy": "keep" } } };

describe("planObjects", () => {
  const cases: [what: string, before: Data[], after: Data[], expected: string[]][] = [
    ["nothing where nothing changes", [CONFIG], [CONFIG], []],
    ["what is new", [], [CONFIG], ["create ConfigMap ns/it"]],
    ["what goes", [CONFIG], [], ["delete ConfigMap ns/it"]],
    ["what changes", [CONFIG], [object("ConfigMap", { data: { a: "2" } })], ["change ConfigMap ns/it"]],
    [
      "an object of another namespace as its own",
      [CONFIG],
      [object("ConfigMap", { data: { a: "1" }, metadata: { namespace: "other" } })],
      ["create ConfigMap other/it", "delete ConfigMap ns/it"],
    ],
    [
      "the namespace of the release as what it is without one",
      [CONFIG],
      [object("ConfigMap", { data: { a: "1" }, metadata: { namespace: "ns" } })],
      [],
    ],
    [
      "cluster-wide objects without a namespace, also where a chart writes one",
      [object("ClusterRole", { rules: [] })],
      [object("ClusterRole", { rules: [], metadata: { namespace: "ns", labels: { a: "b" } } })],
      ["change ClusterRole -/it"],
    ],
    [
      "another version of the API as a change",
      [object("HorizontalPodAutoscaler", { spec: { maxReplicas: 2 } }, "it", "autoscaling/v2beta2")],
      [object("HorizontalPodAutoscaler", { spec: { maxReplicas: 2 } })],
      ["change HorizontalPodAutoscaler ns/it"],
    ],
    [
      "another group as another object",
      [object("Ingress", {}, "it", "extensions/v1beta1")],
      [object("Ingress")],
      ["create Ingress ns/it", "delete Ingress ns/it"],
    ],
    [
      "texts of a Secret as its data",
      [object("Secret", { stringData: { a: "text" } })],
      [object("Secret", { data: { a: Buffer.from("text").toString("base64") } })],
      [],
    ],
    [
      "nulls, status and empty labels as nothing",
      [object("ConfigMap", { data: { a: "1", b: null }, status: {}, metadata: { labels: {} } })],
      [object("ConfigMap", { data: { a: "1" }, metadata: { creationTimestamp: null, annotations: {} } })],
      [],
    ],
    [
      "an empty map in a spec as something",
      [object("NetworkPolicy", { spec: { podSelector: {} } })],
      [object("NetworkPolicy", { spec: {} })],
      ["change NetworkPolicy ns/it"],
    ],
    [
      "a text and a number as different",
      [object("ConfigMap", { data: { a: "1" } })],
      [object("ConfigMap", { data: { a: 1 } })],
      ["change ConfigMap ns/it"],
    ],
    ["an object that the chart keeps", [object("PersistentVolumeClaim", KEEP)], [], []],
    [
      "the items of a List each on their own",
      [{ apiVersion: "v1", kind: "List", items: [CONFIG, object("Secret")] }],
      [CONFIG],
      ["delete Secret ns/it"],
    ],
    ["documents that are no objects as nothing", [{ a: 1 }], [], []],
  ];
  it.each(cases)("sees %s", (_, before, after, expected) => {
    expect(lines(plan(before, after))).toEqual(expected);
  });

  it("compares data: order of keys and documents, comments, quotes and booleans of YAML 1.1", () => {
    const before = `---\n# Source: a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1", z: w}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {hostNetwork: yes}\n`;
    const after = `kind: Pod\napiVersion: v1\nmetadata:\n  name: b\nspec: {hostNetwork: true}\n--- # next\n# Source: other.yaml\n# and more\napiVersion: 'v1'\nkind: ConfigMap\ndata:\n  "z": |-\n    w\n  x: '1'\nmetadata:\n  name: "a"\n---\n# only a comment\n---\n`;
    expect(planObjects({ before, after, namespace: "ns" }, TAG)).toEqual([]);
  });

  it("names the version of the API that an object is to have, or had when it goes", () => {
    const scaler = (version: string) => object("HorizontalPodAutoscaler", {}, "it", `autoscaling/${version}`);
    const versions = (before: Data[], after: Data[]) => plan(before, after).map((each) => each.apiVersion);
    expect(versions([], [scaler("v2")])).toEqual(["autoscaling/v2"]);
    expect(versions([scaler("v1")], [scaler("v2")])).toEqual(["autoscaling/v2"]);
    expect(versions([scaler("v1")], [])).toEqual(["autoscaling/v1"]);
  });

  it("tells hooks apart, whose going deletes nothing", () => {
    const hook = (name: string, image: string) =>
      object("Job", { spec: { template: { spec: { containers: [{ name: "a", image }] } } } }, name);
    const planned = planObjects(
      {
        before: manifest(CONFIG),
        after: manifest(CONFIG),
        hooksBefore: manifest(hook("same", "a"), hook("changed", "a"), hook("gone", "a")),
        hooksAfter: manifest(hook("same", "a"), hook("changed", "b"), hook("new", "a")),
        namespace: "ns",
      },
      TAG,
    );
    expect(lines(planned)).toEqual([
      "change Job ns/changed hook",
      "create Job ns/new hook",
      "delete Job ns/gone hook",
    ]);
    expect(planned.flatMap(({ dangers }) => dangers)).toEqual([]);
  });

  it("takes the scope of other kinds from whoever knows it", () => {
    const change = { before: "", after: manifest(object("Widget")), namespace: "ns" };
    const isClusterWide = (_: string, kind: string) => kind === "Widget";
    expect(lines(planObjects(change, TAG, { isClusterWide }))).toEqual(["create Widget -/it"]);
    expect(lines(planObjects(change, TAG))).toEqual(["create Widget ns/it"]);
    const [kept] = keptObjects(
      { ...change, before: manifest(object("Widget", KEEP)), after: "" },
      { isClusterWide },
    );
    expect(kept).not.toHaveProperty("namespace");
  });

  it("says which objects stay behind", () => {
    const change = {
      before: manifest(CONFIG, object("PersistentVolumeClaim", KEEP, "data")),
      after: "",
      namespace: "ns",
    };
    expect(keptObjects(change).map(({ name }) => name)).toEqual(["data"]);
  });

  it("refuses a manifest that is no YAML, without showing it", () => {
    const change = { before: "", after: "a: [secret-text", namespace: "ns" };
    expect(() => planObjects(change, TAG)).toThrow(/no valid YAML/);
    expect(() => planObjects(change, TAG)).not.toThrow(/secret-text/);
  });
});
