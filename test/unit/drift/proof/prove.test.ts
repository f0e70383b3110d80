import { describe, expect, it } from "vitest";
import type { Difference, LiveObject, Place } from "../../../../src/drift/objects/model.ts";
import { prove } from "../../../../src/drift/proof/prove.ts";
import { schemaPath, unknownFields, without } from "../../../../src/drift/proof/unknown-fields.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { lostAnswer, refusal } from "../../../../src/kubernetes/refusals.ts";

/** What a real API server says is in `test/actions/drift-proof.test.ts`; webhooks and faults are here. */

const PATH = "/api/v1/namespaces/shop/configmaps/web";
const REQUEST = { method: "PATCH", path: PATH };

function object(data: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web", namespace: "shop" }, data };
}

/** A live object of this data is looked at, with suspicions about some of its keys; the server gives these answers. */
async function asked(
  data: Record<string, string>,
  answers: readonly (Record<string, string> | Error)[],
  keys: readonly string[] = ["color"],
) {
  const sent: KubernetesObject[] = [];
  const kubernetes = {
    pathOf: async () => PATH as string | undefined,
    dryRunApply: async (path: string, wanted: KubernetesObject, manager: string) => {
      expect([path, manager]).toEqual([PATH, "helm"]);
      sent.push(wanted);
      const answer = answers[sent.length - 1];
      if (!answer || answer instanceof Error) throw answer ?? new Error("asked too often");
      return object(answer);
    },
  };
  const wanted = object({ color: "red", size: "small" });
  const live: LiveObject = { ...object(data), metadata: { ...wanted.metadata, uid: "u-1" } };
  const differences = keys.map(
    (key): Difference => ({
      place: [{ field: "data" }, { field: key }],
      expected: (wanted.data as Record<string, string>)[key],
      actual: data[key],
    }),
  );
  const proof = await prove(kubernetes, { object: wanted }, live, differences);
  return { ...proof, proved: proof.proved.map(({ place }) => schemaPath(place)), sent };
}

describe("a suspicion is", () => {
  const RED = { color: "red", size: "small" };
  const BLUE = { color: "blue", size: "small" };

  it("dropped where a webhook would store what is there", async () => {
    const { sent, ...proof } = await asked(BLUE, [BLUE]);
    expect(proof).toEqual({ proved: [], notes: [] });
    expect(sent).toEqual([{ ...object(RED), metadata: { name: "web", namespace: "shop", uid: "u-1" } }]);
  });

  it("confirmed where the server would store something else, twice the same", async () => {
    const { sent, ...proof } = await asked(BLUE, [RED, RED]);
    expect(proof).toEqual({ proved: [".data.color"], notes: [] });
    expect(sent[1]).toEqual(sent[0]);
  });

  it("confirmed even if a webhook makes it something that the manifest does not say", async () => {
    const green = { ...RED, color: "green" };
    expect((await asked(BLUE, [green, green])).proved).toEqual([".data.color"]);
  });

  it("dropped, with a note, where a webhook never settles", async () => {
    const proof = await asked(
      { color: "1", size: "big" },
      [
        { ...RED, color: "2" },
        { ...RED, color: "3" },
      ],
      ["color", "size"],
    );
    expect(proof).toMatchObject({
      proved: [".data.size"],
      notes: [
        "an admission webhook gives /data/color of ConfigMap shop/web another value with every write: it is not compared",
      ],
    });
  });

  it("not asked about where there is none", async () => {
    expect(await asked(BLUE, [], [])).toEqual({ proved: [], notes: [], sent: [] });
  });

  const status = (code: number, message: string) =>
    refusal(REQUEST, { code, reason: "", message, details: {} });
  it.each([
    [
      "a webhook without dry runs",
      status(400, 'admission webhook "mutate.test" does not support dry run'),
      { unproved: "the admission webhook mutate.test lets nobody try out an apply" },
    ],
    [
      "a rule that forbids it",
      status(403, 'admission webhook "no.test" denied the request: password is hunter2'),
      {
        refused: true,
        unproved:
          "the API server refuses to try out an apply (403): a rule of this cluster (no.test) forbids it: change what it names, or ask whoever keeps the rule",
      },
    ],
  ])("kept after %s, in words without values", async (_, refused, said) => {
    const { sent: __, ...proof } = await asked(BLUE, [refused]);
    expect(proof).toEqual({ proved: [".data.color"], notes: [], ...said });
    expect(JSON.stringify(proof)).not.toContain("hunter2");
    // Nor does a second question that fails make anything certain.
    const { sent: ___, ...later } = await asked(BLUE, [RED, refused]);
    expect(later).toEqual(proof);
  });

  it.each([
    [
      "a busy server",
      status(429, "hunter2"),
      { unread: expect.stringContaining("(429): the API server has too much to do") },
    ],
    [
      "a failing server",
      status(500, "hunter2"),
      { unread: expect.stringContaining("(500): the API server failed") },
    ],
    [
      "a lost answer",
      lostAnswer(REQUEST, "https://server", "hunter2", "Timeout"),
      { unread: expect.stringContaining("the API server did not answer when asked to try out an apply: ") },
    ],
  ])("neither kept nor dropped after %s: nothing is known", async (_, refused, said) => {
    const { sent: __, ...proof } = await asked(BLUE, [refused]);
    expect(proof).toEqual({ proved: [], notes: [], ...said });
    expect(JSON.stringify(proof)).not.toContain("hunter2");
    const { sent: ___, ...later } = await asked(BLUE, [RED, refused]);
    expect(later).toEqual(proof);
  });

  it("no excuse for a fault of this program", async () => {
    await expect(asked(BLUE, [new TypeError("a fault")])).rejects.toThrow("a fault");
  });
});

describe("fields that the cluster does not know", () => {
  const TYPED = "refused (500): failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ";
  it.each([
    [`${TYPED}.spec.bogus: field not declared in schema`, [".spec.bogus"]],
    [
      `${TYPED}errors:\n  .spec.a: field not declared in schema\n  .spec.list[name="x: y"].b: field not declared in schema`,
      [".spec.a", '.spec.list[name="x: y"].b'],
    ],
    [`${TYPED}.spec.env: duplicate entries for key [name="A"]`, []],
    ["refused (500): .spec.bogus: field not declared in schema", []],
  ])("are read from %j", (words, expected) => {
    expect(unknownFields(words)).toEqual(expected);
  });

  it.each<[Place, string]>([
    [
      [{ field: "spec" }, { key: { protocol: "TCP", port: 80 } }, { index: 2 }],
      '.spec[port=80,protocol="TCP"][2]',
    ],
    [[{ field: "finalizers" }, { value: "a/b" }], '.finalizers[="a/b"]'],
  ])("are compared with places: %j", (place, expected) => {
    expect(schemaPath(place)).toBe(expected);
  });

  it.each<[Place, unknown]>([
    [[{ field: "a" }], { list: [{ name: "x", v: 1 }, { name: "y" }], set: ["p", "q"] }],
    [
      [{ field: "list" }, { key: { name: "x" } }, { field: "v" }],
      { a: { b: 1 }, list: [{ name: "x" }, { name: "y" }], set: ["p", "q"] },
    ],
    [[{ field: "list" }, { index: 1 }], { a: { b: 1 }, list: [{ name: "x", v: 1 }], set: ["p", "q"] }],
    [
      [{ field: "set" }, { value: "p" }],
      { a: { b: 1 }, list: [{ name: "x", v: 1 }, { name: "y" }], set: ["q"] },
    ],
    [
      [{ field: "a" }, { field: "none" }],
      { a: { b: 1 }, list: [{ name: "x", v: 1 }, { name: "y" }], set: ["p", "q"] },
    ],
  ])("are taken out: %j", (place, expected) => {
    const whole = { a: { b: 1 }, list: [{ name: "x", v: 1 }, { name: "y" }], set: ["p", "q"] };
    expect(without(whole, place)).toEqual(expected);
  });
});
