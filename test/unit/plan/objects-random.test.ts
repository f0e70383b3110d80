import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import { isKnownClusterWide, objectsIn } from "../../../src/plan/manifest.ts";
import { planObjects } from "../../../src/plan/objects.ts";
import { makeRedactor } from "../../../src/plan/redact.ts";
import { type Random, randomFrom } from "../../support/random.ts";
import { type Data, TAG } from "./support.ts";

const KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ...([
    ["v1", "ConfigMap"],
    ["v1", "Secret"],
    ["v1", "Service"],
    ["v1", "PersistentVolumeClaim"],
  ] as const),
  ...([
    ["apps/v1", "Deployment"],
    ["apps/v1", "StatefulSet"],
    ["batch/v1", "Job"],
  ] as const),
  ...([
    ["networking.k8s.io/v1", "Ingress"],
    ["gateway.networking.k8s.io/v1", "HTTPRoute"],
  ] as const),
  ...([
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["v1", "Namespace"],
    ["x.io/v1", "Widget"],
  ] as const),
];

interface World {
  random: Random;
  /** Texts that must never be seen. */
  secrets: readonly string[];
}

function worldOf(seed: number): World {
  const random = randomFrom(seed);
  const letters = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=$\"'\\{}#: \n"];
  const secret = () => Array.from({ length: 8 + random.integer(30) }, () => random.pick(letters)).join("");
  return { random, secrets: Array.from({ length: 6 }, () => `S${secret()}E`) };
}

/** A text that may hold a secret, as it is or in another form. */
function text({ random, secrets }: World): string {
  const secret = random.pick(secrets);
  const around = random.pick(["", "x", "user:", "a\nb: "]);
  const forms = [
    secret,
    `${around}${secret}${around}`,
    JSON.stringify({ a: secret }),
    Buffer.from(`${around}${secret}!`).toString("base64"),
    `https://x/?q=${encodeURIComponent(secret)}`,
  ];
  return random.chance(0.4) ? random.pick(forms) : random.pick(["plain", "yes", "5", "", "host.example"]);
}

function value(world: World, depth = 0): unknown {
  const { random } = world;
  if (depth > 3 || random.chance(0.5))
    return random.pick([() => text(world), () => random.integer(5), () => random.chance(0.5), () => null])();
  const items = Array.from({ length: random.integer(4) }, () => value(world, depth + 1));
  if (random.chance(0.4)) return items;
  const names = ["name", "value", "env", "image", "spec", "replicas", "selector", "volumes", "containers"];
  return Object.fromEntries(items.map((item) => [random.pick(names), item]));
}

function objectOf(world: World): Data {
  const { random } = world;
  const [apiVersion, kind] = random.pick(KINDS);
  const metadata = {
    name: `o${random.integer(6)}`,
    ...(random.chance(0.3) ? { namespace: random.pick(["ns", "other"]) } : {}),
    ...(random.chance(0.3) ? { annotations: { note: text(world) } } : {}),
  };
  const data = Object.fromEntries(
    Array.from({ length: random.integer(4) }, (_, at) => [`k${at}`, text(world)]),
  );
  if (kind === "Secret") return { apiVersion, kind, metadata, stringData: data };
  if (kind === "ConfigMap") return { apiVersion, kind, metadata, data };
  return { apiVersion, kind, metadata, spec: value(world) };
}

const NAMESPACE = "ns";

/** Objects by their identity; the last of those that are the same one counts. */
function named(objects: readonly Data[]): Map<string, Data> {
  return new Map(
    objects.flatMap((each) =>
      objectsIn(stringify(each), NAMESPACE, isKnownClusterWide).map(
        ({ identity }) => [identity, each] as const,
      ),
    ),
  );
}

function manifestOf(objects: Iterable<Data>): string {
  return [...objects].map((each) => `---\n# Source: a/b.yaml\n${stringify(each)}`).join("");
}

/** Most objects stay, some change, go or come. */
function changedFrom(world: World, objects: ReadonlyMap<string, Data>): Data[] {
  const { random } = world;
  const kept = [...objects.values()].flatMap((each) => {
    if (random.chance(0.2)) return [];
    return random.chance(0.3) ? [{ ...each, spec: value(world), more: text(world) }] : [each];
  });
  return [...kept, ...Array.from({ length: random.integer(4) }, () => objectOf(world))];
}

describe("planned objects of random manifests", () => {
  const first = Number(process.env.SEED ?? 1);
  const seeds = Array.from({ length: process.env.SEED ? 1 : 60 }, (_, index) => first + index);
  it.each(seeds)("seed %i (SEED=… runs one)", (seed) => {
    const world = worldOf(seed);
    const before = named(Array.from({ length: world.random.integer(12) }, () => objectOf(world)));
    const after = named(changedFrom(world, before));
    const redact = makeRedactor(TAG, {
      secrets: new Map(world.secrets.slice(0, 3).map((secret, index) => [`S${index}`, secret])),
      values: [
        { clearml: { apiserverKey: world.secrets[3], apiserverSecret: world.secrets[4] } },
        { clearml: { fileserverKey: world.secrets[5] } },
      ],
      definition: CATALOGUE["control-plane"],
    });
    const plan = (a: Iterable<Data>, b: Iterable<Data>) =>
      planObjects({ before: manifestOf(a), after: manifestOf(b), namespace: NAMESPACE }, TAG, { redact });

    expect(plan(before.values(), [...before.values()].reverse())).toEqual([]);
    const planned = plan(before.values(), after.values());

    // What is made and deleted turns the one set of names into the other.
    const names = new Set(before.keys());
    for (const { action, apiVersion, kind, namespace, name } of planned) {
      const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
      const identity = [group, kind, namespace ?? "", name].join("/");
      expect(names.has(identity)).toBe(action !== "create");
      if (action === "delete") names.delete(identity);
      else names.add(identity);
    }
    expect([...names].sort()).toEqual([...after.keys()].sort());

    const seen = planned.flatMap(({ diff, dangers }) => [
      diff,
      ...dangers.flatMap(({ message, hint }) => [message, hint ?? ""]),
    ]);
    for (const secret of world.secrets) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
        expect(seen.filter((each) => each.includes(form))).toEqual([]);
      // Wherever it begins, these characters would be in its base64.
      const inside = [0, 1, 2].map((offset) =>
        Buffer.from("x".repeat(offset) + secret)
          .toString("base64")
          .slice(4, -4),
      );
      for (const part of inside) expect(seen.filter((each) => each.includes(part))).toEqual([]);
    }
  });
});
