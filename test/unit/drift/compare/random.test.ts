import { expect, it } from "vitest";
import { valueAtPlace } from "../../../../src/drift/objects/place.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { type Random, randomFrom } from "../../../support/random.ts";
import { edited, found, leavesOf } from "./support.ts";

const SEED = Number(process.env.SEED ?? 20_261_121);
const OBJECTS = 300;

/** Up to `most` things, each made with its number. */
function some<T>(random: Random, most: number, make: (index: number) => T): T[] {
  return Array.from({ length: 1 + random.integer(most) }, (_, index) => make(index));
}

function deployment(random: Random) {
  const labels = { app: `app-${random.integer(9)}`, tier: random.pick(["a", "b"]) };
  const container = (index: number) => ({
    name: `c${index}`,
    image: `example.com/image:${random.integer(99)}`,
    args: some(random, 3, (each) => `--arg-${each}=${random.integer(9)}`),
    env: some(random, 5, (each) => ({ name: `VARIABLE_${each}`, value: `v${random.integer(99)}` })),
    ports: some(random, 3, (each) => ({
      containerPort: 8000 + each,
      ...(random.chance(0.5) ? { protocol: random.pick(["TCP", "UDP"]) } : {}),
    })),
    resources: {
      limits: { cpu: random.pick([0.5, "1", "250m"]), memory: random.pick(["1024Mi", "1Gi", "512Mi"]) },
    },
    volumeMounts: some(random, 2, (each) => ({ name: `v${each}`, mountPath: `/v${each}` })),
  });
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "tenant", labels },
    spec: {
      replicas: 1 + random.integer(5),
      selector: { matchLabels: { app: labels.app } },
      template: {
        metadata: { labels: { ...labels } },
        spec: {
          containers: some(random, 4, container),
          tolerations: some(random, 3, (each) => ({ key: `key-${each}`, operator: "Exists" })),
          volumes: some(random, 3, (each) => ({ name: `v${each}`, configMap: { name: `settings-${each}` } })),
        },
      },
    },
  };
}

type Values = Record<string, unknown>;

/** Lists that the server and patches may bring into another order. */
const KEYED = new Set(["containers", "env", "ports", "volumeMounts", "volumes"]);
const CANONICAL: Readonly<Record<string, string>> = { "0.5": "500m", "1024Mi": "1Gi" };

/** What a server makes of it: fields filled in, quantities in their canonical form, items in any order. */
function stored(value: unknown, random: Random, field = ""): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => stored(item, random));
    return KEYED.has(field) ? items.toSorted(() => random.pick([-1, 1])) : items;
  }
  if (typeof value !== "object" || value === null)
    return field === "cpu" || field === "memory" ? (CANONICAL[String(value)] ?? String(value)) : value;
  const map = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, stored(each, random, key)]),
  );
  return { ...filledIn(value as Values), ...map };
}

function filledIn(map: Values): Values {
  if ("containerPort" in map) return { protocol: "TCP" };
  if ("image" in map)
    return { imagePullPolicy: "IfNotPresent", terminationMessagePath: "/dev/termination-log" };
  if ("configMap" in map) return { added: true };
  if ("containers" in map) return { dnsPolicy: "ClusterFirst", securityContext: {} };
  if ("replicas" in map) return { revisionHistoryLimit: 10, strategy: { type: "RollingUpdate" } };
  return {};
}

it(`finds the changed leaf of random objects, and nothing else (seed ${SEED})`, () => {
  const random = randomFrom(SEED);
  for (let round = 0; round < OBJECTS; round++) {
    const wanted = deployment(random) as unknown as KubernetesObject;
    const live = stored(wanted, random) as KubernetesObject;
    expect(found(wanted, live), `round ${round}`).toEqual([]);
    // Named in the manifest: where it is in the answer is what the comparison has to find out.
    const path = random.pick(leavesOf(wanted).filter(([first]) => first === "spec"));
    const differing = found(edited(wanted, path, "Something else"), live);
    expect(differing, `round ${round}: ${path.join(".")}`).toHaveLength(1);
    const [{ place, expected, actual } = { place: [], expected: undefined, actual: undefined }] = differing;
    expect(valueAtPlace(live, place)).toEqual(actual);
    expect(JSON.stringify(expected)).toContain("Something else");
    const isKey = ["name", "containerPort", "protocol", "mountPath"].includes(String(path.at(-1)));
    expect(place.at(-1), path.join(".")).toEqual(isKey ? expect.anything() : lastStep(path));
  }
});

function lastStep(path: readonly (string | number)[]) {
  const last = path.at(-1);
  return typeof last === "number" ? { index: last } : { field: last };
}
