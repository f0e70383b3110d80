import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareObject } from "../../src/drift/compare/object.ts";
import type { LiveObject, WantedObject } from "../../src/drift/objects/model.ts";
import { pointerOf } from "../../src/drift/objects/place.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { parseDocuments } from "../../src/yaml/source.ts";
import { type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { CASES, FIXTURES } from "../unit/drift/compare/support.ts";
import { type Charts, NEEDED, packagedCharts } from "./chart-rendering.ts";

let cluster: Cluster;
let charts: Charts;
let kubectl: Kubectl;
// Not a shared one: an API service of the cases answers to nobody, and keeps namespaces from going.
beforeAll(async () => {
  const [started, packaged, tools] = await Promise.all([
    startCluster(),
    packagedCharts(),
    ensureTools(["kubectl"]),
  ]);
  cluster = started;
  charts = packaged;
  kubectl = kubectlFor(tools.kubectl, cluster.kubeconfig);
  await Promise.all(["created", "tenant"].map((name) => kubectl(["create", "namespace", name])));
  await kubectl(["create", "-f", "-"], JSON.stringify(definition()));
  await kubectl(["wait", "--for=condition=Established", `crd/${definition()?.metadata.name}`]);
});
afterAll(async () => {
  charts?.remove();
  await cluster?.stop();
});

const DEFINITION = "CustomResourceDefinition";

/** What people write, by the file it is in. */
function manifest(name: (typeof CASES)[number]): KubernetesObject[] {
  const text = readFileSync(join(FIXTURES, `${name}.yaml`), "utf8");
  return parseDocuments(text).map((document) => document.toJS() as KubernetesObject);
}

function definition(): KubernetesObject | undefined {
  return manifest("custom").find(({ kind }) => kind === DEFINITION);
}

const CREATE = ["create", "--validate=false", "--field-manager=helm"];
const APPLY = ["apply", "--validate=false", "--server-side", "--force-conflicts", "--field-manager=helm"];

/** Writes objects as Helm does, and reads what has become of them. */
async function stored(
  command: readonly string[],
  namespace: string,
  objects: readonly object[],
): Promise<LiveObject[]> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await kubectl(["-n", namespace, ...command, "-f", "-"], list);
  return live(namespace, objects);
}

async function live(namespace: string, objects: readonly object[]): Promise<LiveObject[]> {
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const get = ["-n", namespace, "get", "-f", "-", "-o", "json", "--show-managed-fields"];
  return (JSON.parse(await kubectl(get, list)) as { items: LiveObject[] }).items;
}

function drift(wanted: readonly KubernetesObject[], found: readonly LiveObject[]): string[] {
  return wanted.flatMap((object, index) => {
    const subject = { object, identity: "" } as WantedObject;
    const differences = compareObject(subject, found[index] as LiveObject, { scaled: new Set() });
    return differences.map(({ place }) => `${object.kind}/${object.metadata.name}${pointerOf(place)}`);
  });
}

describe("what a real API server makes of manifests", () => {
  it("is no drift when it creates them", async () => {
    const objects = CASES.flatMap(manifest).filter(({ kind }) => kind !== DEFINITION);
    expect(drift(objects, await stored(CREATE, "created", objects))).toEqual([]);
  });

  it("is no drift when they are applied on it", async () => {
    // Two items of one key are refused there.
    const objects = CASES.filter((name) => name !== "duplicates").flatMap(manifest);
    expect(drift(objects, await stored(APPLY, "tenant", objects))).toEqual([]);
  });

  it("is no drift with the charts of ClearML", async () => {
    const all = Object.keys(NEEDED).flatMap((chart) => charts.render(chart)) as unknown as KubernetesObject[];
    // Services of two charts want the same node port, and some charts share names.
    const objects = all.filter(
      ({ kind, metadata }, index) =>
        kind !== "Service" &&
        index === all.findIndex((other) => other.kind === kind && other.metadata.name === metadata.name),
    );
    const found = await stored(APPLY, "tenant", objects);
    expect(found.length).toBeGreaterThan(80);
    expect(drift(objects, found)).toEqual([]);
  });
});

describe("what people do to objects", () => {
  const PATCH = ["-n", "tenant", "patch", "--type=json"];
  const wanted = () =>
    [...manifest("defaults"), ...manifest("network")].filter(({ kind }) => /^(Dep|NetworkP)/.test(kind));

  it("is drift, at its place", async () => {
    const patch = (object: string, path: string, value: unknown) =>
      kubectl([...PATCH, object, "-p", JSON.stringify([{ op: "add", path, value }])]);
    const reference = "/spec/template/spec/containers/0/env/3/valueFrom/secretKeyRef/optional";
    await kubectl(["-n", "tenant", "scale", "deployment/defaults", "--replicas=4"]);
    await kubectl(["-n", "tenant", "set", "image", "deployment/defaults", "side=example.com/other"]);
    await kubectl(["-n", "tenant", "rollout", "restart", "deployment/defaults"]);
    await patch("deployment/defaults", reference, true);
    await patch("deployment/defaults", "/spec/template/spec/tolerations/1/operator", "Equal");
    await patch("networkpolicy/rules", "/spec/ingress/0/ports/0/endPort", 9000);
    await patch("networkpolicy/deny", "/spec/podSelector/matchLabels", { app: "x" });
    expect(drift(wanted(), await live("tenant", wanted()))).toEqual([
      "Deployment/defaults/spec/replicas",
      "Deployment/defaults/spec/template/spec/tolerations",
      "Deployment/defaults/spec/template/spec/containers/name=web/env/name=KEY/valueFrom/secretKeyRef",
      "Deployment/defaults/spec/template/spec/containers/name=side/image",
      "NetworkPolicy/rules/spec/ingress/0/ports",
      "NetworkPolicy/deny/spec/podSelector",
    ]);
  });

  it("is none of an autoscaler", async () => {
    const scaling = ["--subresource=scale", "--field-manager=kube-controller-manager", "--type=merge"];
    const replicas = ["-p", JSON.stringify({ spec: { replicas: 3 } })];
    await kubectl(["-n", "tenant", "patch", "deployment/defaults", ...scaling, ...replicas]);
    expect(drift(wanted(), await live("tenant", wanted()))).not.toContain(
      "Deployment/defaults/spec/replicas",
    );
  });
});
