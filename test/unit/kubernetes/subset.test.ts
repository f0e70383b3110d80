import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import { holds } from "../../../src/kubernetes/subset.ts";

const object = (content: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "a", ...metadata },
  ...content,
});

const ROWS: readonly [name: string, stored: KubernetesObject, sent: KubernetesObject, same: boolean][] = [
  ["equal contents", object({ data: { a: "1" } }), object({ data: { a: "1" } }), true],
  [
    "what the server adds",
    object({ spec: { a: 1, clusterIP: "10.0.0.1" }, status: {} }, { uid: "u", resourceVersion: "2" }),
    object({ spec: { a: 1 } }, { resourceVersion: "1" }),
    true,
  ],
  ["another value", object({ data: { a: "2" } }), object({ data: { a: "1" } }), false],
  ["a value that is missing", object({ data: {} }), object({ data: { a: "1" } }), false],
  ["defaults in lists", object({ l: [{ a: 1, b: 2 }] }), object({ l: [{ a: 1 }] }), true],
  ["a longer list", object({ l: [1, 2] }), object({ l: [1] }), false],
  ["a list where there is none", object({}), object({ l: [] }), false],
  ["text as data", object({ data: { a: "eA==" } }), object({ stringData: { a: "x" } }), true],
  ["another text as data", object({ data: { a: "eQ==" } }), object({ stringData: { a: "x" } }), false],
  ["an empty text that is left out", object({ spec: {} }), object({ spec: { a: "" } }), true],
  ["labels", object({}, { labels: { a: "1", b: "2" } }), object({}, { labels: { a: "1" } }), true],
  ["another label", object({}, { labels: { a: "2" } }), object({}, { labels: { a: "1" } }), false],
  ["another annotation", object({}), object({}, { annotations: { a: "1" } }), false],
];

describe("a stored object is what was sent:", () => {
  it.each(ROWS)("%s", (_, stored, sent, same) => {
    expect(holds(stored, sent)).toBe(same);
  });
});
