import { describe, expect, it } from "vitest";
import type { LiveObject, ManagedFields, Place } from "../../../../src/drift/objects/model.ts";
import { pointerOf } from "../../../../src/drift/objects/place.ts";
import { ownersOf } from "../../../../src/drift/owners/owners.ts";

const HELM: ManagedFields = {
  manager: "helm",
  operation: "Apply",
  time: "2026-01-01T00:00:00Z",
  fieldsV1: {
    "f:metadata": { "f:labels": { "f:tier": {} }, "f:finalizers": { 'v:"test/hold"': {} } },
    "f:spec": {
      "f:replicas": {},
      "f:selector": {},
      "f:template": {
        "f:spec": {
          "f:containers": {
            'k:{"name":"main"}': {
              ".": {},
              "f:args": {},
              "f:image": {},
              "f:name": {},
              "f:ports": { 'k:{"containerPort":80,"protocol":"TCP"}': { ".": {}, "f:containerPort": {} } },
            },
          },
        },
      },
    },
  },
};

const PATCHED: ManagedFields = {
  manager: "kubectl-patch",
  operation: "Update",
  time: "2026-02-01T00:00:00Z",
  fieldsV1: {
    "f:metadata": { "f:annotations": { ".": {}, "f:note": {} } },
    "f:spec": { "f:template": { "f:spec": { "f:containers": { 'k:{"name":"main"}': { "f:image": {} } } } } },
  },
};

const SCALED: ManagedFields = {
  manager: "kubectl",
  operation: "Update",
  subresource: "scale",
  fieldsV1: { "f:spec": { "f:replicas": {} } },
};

function objectOf(...managedFields: ManagedFields[]): LiveObject {
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", managedFields } };
}

const fields = (...names: string[]): Place => names.map((field) => ({ field }));
const MAIN: Place = [...fields("spec", "template", "spec", "containers"), { key: { name: "main" } }];
const IMAGE: Place = [...MAIN, { field: "image" }];

describe("the owner of a place", () => {
  it.each<[string, ManagedFields[], Place, string | undefined]>([
    ["who alone wrote it", [HELM], IMAGE, "helm"],
    ["whoever shares it with the deployment", [HELM, PATCHED], IMAGE, "kubectl-patch"],
    ["the same in any order", [PATCHED, HELM], IMAGE, "kubectl-patch"],
    [
      "the last of several",
      [HELM, PATCHED, { ...PATCHED, manager: "k9s", time: "2026-03-01T00:00:00Z" }],
      IMAGE,
      "k9s",
    ],
    [
      "not one from before",
      [{ ...PATCHED, manager: "k9s", time: "2025-03-01T00:00:00Z" }, PATCHED],
      IMAGE,
      "kubectl-patch",
    ],
    [
      "a list that is written as a whole, of its items",
      [HELM],
      [...MAIN, { field: "args" }, { index: 1 }],
      "helm",
    ],
    [
      "of those, whoever shares them with the deployment",
      [{ ...SCALED, manager: "k9s", fieldsV1: { "f:spec": { "f:selector": {} } } }, HELM],
      fields("spec", "selector", "matchLabels"),
      "k9s",
    ],
    [
      "a map that is written as a whole, of its fields",
      [HELM],
      fields("spec", "selector", "matchLabels"),
      "helm",
    ],
    [
      "an item, whatever the order of its keys",
      [HELM],
      [...MAIN, { field: "ports" }, { key: { protocol: "TCP", containerPort: 80 } }],
      "helm",
    ],
    [
      "nobody, of another item",
      [HELM],
      [...MAIN, { field: "ports" }, { key: { protocol: "UDP", containerPort: 80 } }],
      undefined,
    ],
    [
      "nobody, of a field that is gone from an item",
      [HELM, PATCHED],
      [...MAIN, { field: "command" }],
      undefined,
    ],
    [
      "nobody, of a key that is gone from a map",
      [PATCHED],
      fields("metadata", "annotations", "other"),
      undefined,
    ],
    ["an item of a set", [HELM], [...fields("metadata", "finalizers"), { value: "test/hold" }], "helm"],
    ["of a map, those who wrote below it", [HELM, PATCHED], fields("spec", "template"), "kubectl-patch"],
    ["nobody, where nothing was managed", [], IMAGE, undefined],
    [
      "nobody, of sets that are not read yet",
      [{ manager: "x", fieldsV1: { "z:new": {}, "k:{no json": {} } }],
      IMAGE,
      undefined,
    ],
    [
      "nobody, of an item that is gone from where others have theirs",
      [
        { manager: "k9s", fieldsV1: { "f:spec": { "f:ports": {} } } },
        { manager: "kubectl", fieldsV1: { "f:spec": { "f:ports": { 'k:{"port":81}': { ".": {} } } } } },
      ],
      [...fields("spec", "ports"), { key: { port: 80 } }],
      undefined,
    ],
  ])("is %s", (_, managers, place, expected) => {
    expect(ownersOf(objectOf(...managers)).at(place)?.manager).toBe(expected);
  });

  it("is told with all that is known of them", () => {
    const owners = ownersOf(objectOf(HELM, SCALED));
    expect(owners.at(fields("spec", "replicas"))).toEqual({
      manager: "kubectl",
      operation: "Update",
      subresource: "scale",
    });
    expect(owners.at(IMAGE)).toEqual({ manager: "helm", operation: "Apply", time: HELM.time });
  });
});

it("every owned place comes with all its owners, before what lies below it", () => {
  const places = [...ownersOf(objectOf(HELM, PATCHED)).leaves()].map(({ place, owners }) => [
    pointerOf(place),
    owners.map(({ manager }) => manager).join(" "),
  ]);
  const main = "/spec/template/spec/containers/name=main";
  expect(places).toEqual([
    ["/metadata/labels/tier", "helm"],
    ["/metadata/finalizers/=test~1hold", "helm"],
    ["/metadata/annotations", "kubectl-patch"],
    ["/metadata/annotations/note", "kubectl-patch"],
    ["/spec/replicas", "helm"],
    ["/spec/selector", "helm"],
    [main, "helm"],
    [`${main}/args`, "helm"],
    [`${main}/image`, "helm kubectl-patch"],
    [`${main}/name`, "helm"],
    [`${main}/ports/containerPort=80,protocol=TCP`, "helm"],
    [`${main}/ports/containerPort=80,protocol=TCP/containerPort`, "helm"],
  ]);
});
