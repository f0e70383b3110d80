import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foreignAdditions, strangersAt } from "../../src/drift/foreign/additions.ts";
import type { LiveObject, Place } from "../../src/drift/objects/model.ts";
import { valueAtPlace } from "../../src/drift/objects/place.ts";
import { ownersOf } from "../../src/drift/owners/owners.ts";
import { type Proof, prove } from "../../src/drift/proof/prove.ts";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { type RealHelm, realHelm } from "../support/real-helm.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

/** What the real API server says to suspicions: it is asked as the scan asks it. */

const NAMESPACE = "drift-proof";
let real: RealHelm;
let nobody: RealHelm;
beforeAll(async () => {
  const cluster = await sharedCluster();
  [real, nobody] = await Promise.all([
    realHelm(cluster.kubeconfig),
    realHelm(cluster.unprivilegedKubeconfig),
  ]);
  await real.run("kubectl", ["create", "namespace", NAMESPACE]);
});
afterAll(async () => {
  await real?.stop();
  await nobody?.stop();
});

const CONTAINER: Place = [
  ...[{ field: "spec" }, { field: "template" }, { field: "spec" }, { field: "containers" }],
  { key: { name: "main" } },
];
const below = (...fields: string[]): Place => [...CONTAINER, ...fields.map((field) => ({ field }))];
const SECRET = "pa55-of-somebody";

function deployment(name: string, container: object = {}, spec: object = {}): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: NAMESPACE },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: "main", image: "web:1", ...container }] },
      },
      ...spec,
    },
  };
}

const kubectl = (args: readonly string[], object?: object) =>
  real.run("kubectl", ["--namespace", NAMESPACE, ...args], object && JSON.stringify(object));

/** Makes an object as Helm does on the client, and reads it again. */
async function made(wanted: KubernetesObject): Promise<LiveObject> {
  await kubectl(["create", "--field-manager=helm", "--validate=ignore", "--filename", "-"], wanted);
  return live(wanted);
}

async function live(wanted: KubernetesObject): Promise<LiveObject> {
  const path = (await real.kubernetes.pathOf(wanted, NAMESPACE)) ?? "";
  return (await real.kubernetes.get(path)) as LiveObject;
}

async function asked(
  object: KubernetesObject,
  found: LiveObject,
  places: readonly Place[],
  kubernetes: Kubernetes = real.kubernetes,
): Promise<Omit<Proof, "proved"> & { proved: Place[] }> {
  const differences = places.map((place) => ({
    place,
    expected: valueAtPlace(object, place),
    actual: valueAtPlace(found, place),
  }));
  const proof = await prove(kubernetes, { object }, found, differences);
  return { ...proof, proved: proof.proved.map(({ place }) => place) };
}

describe("suspicions are", () => {
  it("dropped where the server stores the manifest as what is there", async () => {
    const wanted = deployment("normal", { resources: { limits: { cpu: "0.5", memory: "1024Mi" } } });
    await made(wanted);
    await kubectl(["set", "image", "deployment/normal", "main=web:2"]);
    const cpu = below("resources", "limits", "cpu");
    const image = below("image");
    const found = await live(wanted);
    expect(valueAtPlace(found, cpu)).toBe("500m");
    expect(await asked(wanted, found, [cpu, image])).toEqual({ proved: [image], notes: [] });
    const { generation } = found.metadata;
    expect([generation, (await live(wanted)).metadata.generation]).toEqual([2, 2]);
  });

  it("dropped for fields that the cluster does not know, and looked into for the others", async () => {
    const wanted = deployment("unknown", { imge: "web:1", env: [{ name: "A", value: "1", vlue: "2" }] });
    await made(wanted);
    await kubectl(["set", "image", "deployment/unknown", "main=web:2"]);
    const image = below("image");
    const misspelt: Place[] = [below("imge"), [...below("env"), { key: { name: "A" } }, { field: "vlue" }]];
    const proof = await asked(wanted, await live(wanted), [...misspelt, image]);
    expect(proof.proved).toEqual([image]);
    expect([...proof.notes].sort()).toEqual([
      "the cluster knows no /spec/template/spec/containers/name=main/env/name=A/vlue of Deployment drift-proof/unknown: what the chart says there has no effect",
      "the cluster knows no /spec/template/spec/containers/name=main/imge of Deployment drift-proof/unknown: what the chart says there has no effect",
    ]);
  });

  it.each([
    [
      "twice",
      {
        env: [
          { name: "A", value: SECRET },
          { name: "A", value: "2" },
        ],
      },
      { unproved: 'the manifest has two items name="A" in one list, which the API server does not apply' },
    ],
    [
      "misfit",
      { stdin: { of: SECRET } },
      { unproved: "the manifest does not fit the schema of its kind, so the API server does not apply it" },
    ],
    [
      "invalid",
      { image: "web:1", imagePullPolicy: SECRET },
      {
        refused: true,
        unproved:
          "the API server refuses to try out an apply (422): correct `spec.template.spec.containers[0].imagePullPolicy` in the values or the chart",
      },
    ],
  ])("kept where it does not take the manifest: %s", async (name, container, said) => {
    await made(deployment(name));
    await kubectl(["set", "image", `deployment/${name}`, "main=web:2"]);
    const wanted = deployment(name, container);
    const proof = await asked(wanted, await live(wanted), [below("image")]);
    expect(proof).toEqual({ proved: [below("image")], notes: [], ...said });
    expect(JSON.stringify(proof)).not.toContain(SECRET);
  });

  it("kept, and called refused, where an upgrade would be as well", async () => {
    const service: KubernetesObject = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "door", namespace: NAMESPACE },
      spec: { ports: [{ name: "http", port: 80 }] },
    };
    await made(service);
    // Ports are told apart by their number: the manifest's would come beside this one, under the same name.
    await kubectl([
      ...["patch", "service", "door", "--type=json", "--patch"],
      '[{"op":"replace","path":"/spec/ports/0/port","value":81}]',
    ]);
    const place: Place = [{ field: "spec" }, { field: "ports" }, { key: { port: 80, protocol: "TCP" } }];
    const found = await live(service);
    expect(await asked(service, found, [place])).toMatchObject({ proved: [place], refused: true });
    expect(foreignAdditions({ object: service }, found, ownersOf(found))).toMatchObject([
      { place: [...place.slice(0, 2), { key: { port: 81, protocol: "TCP" } }] },
    ]);
  });

  it("kept where this account may not ask, with the right that it lacks", async () => {
    const wanted = deployment("forbidden");
    const proof = await asked(wanted, await made(wanted), [below("image")], nobody.kubernetes);
    expect(proof).toMatchObject({ proved: [below("image")], notes: [] });
    expect(proof.refused).toBeUndefined();
    expect(proof.unproved).toMatch(/\(403\): the account \S+ lacks the right `patch` on `deployments.apps`/);
  });

  it("nothing to speak of where the object is gone, or another", async () => {
    const wanted = deployment("gone");
    const found = await made(wanted);
    await kubectl(["delete", "deployment", "gone"]);
    const gone = { proved: [], notes: [], gone: true };
    expect(await asked(wanted, found, [below("image")])).toEqual(gone);
    await made(wanted);
    expect(await asked(wanted, found, [below("image")])).toEqual(gone);
    const noKind = { ...wanted, apiVersion: "nowhere.test.example/v1" };
    expect(await asked(noKind, found, [below("image")])).toEqual(gone);
  });
});

describe("writers of objects", () => {
  it("who put down all they have read have added nothing", async () => {
    const wanted = deployment("adopted", { ports: [{ containerPort: 80 }] });
    const found = await made(wanted);
    const { managedFields: _, resourceVersion: __, ...metadata } = found.metadata;
    const apply = ["apply", "--server-side", "--force-conflicts", "--filename", "-"];
    await kubectl(apply, { ...found, metadata });
    const adopted = await live(wanted);
    const owners = ownersOf(adopted);
    expect(owners.at([{ field: "spec" }, { field: "revisionHistoryLimit" }])?.manager).toBe("kubectl");
    expect(foreignAdditions({ object: wanted }, adopted, owners)).toEqual([]);
  });

  it("who restart, annotate and scale are told apart", async () => {
    const wanted = deployment("touched");
    await made(wanted);
    await kubectl(["rollout", "restart", "deployment/touched"]);
    await kubectl(["annotate", "deployment/touched", "team=red", "--field-manager=somebodys-bot"]);
    await kubectl(["scale", "deployment/touched", "--replicas=3"]);
    const found = await live(wanted);
    const owners = ownersOf(found);
    const replicas = [{ field: "spec" }, { field: "replicas" }];
    const said = [{ place: replicas, expected: undefined, actual: 3 }];
    expect(foreignAdditions({ object: wanted }, found, owners)).toEqual(said);
    expect(foreignAdditions({ object: wanted }, found, owners, { isScaled: true })).toEqual([]);
    expect([...strangersAt({ object: wanted }, found, owners)]).toEqual(["somebodys-bot"]);
    const managers = ["*-bot"];
    expect(foreignAdditions({ object: wanted }, found, owners, { managers })).toHaveLength(2);
    expect(strangersAt({ object: wanted }, found, owners, managers).size).toBe(0);
  });
});
