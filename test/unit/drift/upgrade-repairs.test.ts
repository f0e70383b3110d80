import { describe, expect, it } from "vitest";
import type { Owner, Place } from "../../../src/drift/objects/model.ts";
import { isCustom, type Repair, upgradeRepairs } from "../../../src/drift/upgrade-repairs.ts";

/** The same answers are proved by upgrades in `test/actions/drift-upgrade.test.ts`. */

const PERSON: Owner = { manager: "kubectl-edit", operation: "Update" };
const HELM: Owner = { manager: "helm", operation: "Apply" };
const fields = (...names: string[]): Place => names.map((field) => ({ field }));
const IMAGE = fields("spec", "image");
const OWN_NAMES = ["labels", "app.kubernetes.io/managed-by"];
const OWN_LABEL = fields("metadata", ...OWN_NAMES);

describe("an upgrade", () => {
  it.each<[string, Partial<Repair>, boolean | "conflict"]>([
    ["makes what is gone", { kind: "missing" }, true],
    ["makes custom resources that are gone", { kind: "missing", isCustom: true }, true],
    ["makes what is gone, on the server", { kind: "missing", applyMethod: "server" }, true],
    ["leaves additions", { kind: "foreign-added" }, false],
    [
      "leaves additions, on the server",
      { kind: "foreign-added", applyMethod: "server", owner: PERSON },
      false,
    ],
    ["puts back what people have changed", { owner: PERSON }, true],
    ["leaves changed custom resources", { isCustom: true, owner: PERSON }, false],
    ["puts back its label on custom resources", { isCustom: true, place: OWN_LABEL }, true],
    [
      "leaves other labels of custom resources",
      { isCustom: true, place: fields("metadata", "labels", "x") },
      false,
    ],
    [
      "leaves what is called as its label elsewhere",
      { isCustom: true, place: fields("spec", ...OWN_NAMES) },
      false,
    ],
    ["is refused what people hold, on the server", { applyMethod: "server", owner: PERSON }, "conflict"],
    [
      "is refused custom resources that people hold",
      { applyMethod: "server", isCustom: true, owner: PERSON },
      "conflict",
    ],
    ["takes what nobody holds", { applyMethod: "server", owner: undefined }, true],
    ["takes what is its own", { applyMethod: "server", owner: HELM }, true],
    [
      "is refused what another helm has patched",
      { applyMethod: "server", owner: { ...HELM, operation: "Update" } },
      "conflict",
    ],
    [
      "is refused what this toolkit applies",
      { applyMethod: "server", owner: { ...HELM, manager: "clearml-actions" } },
      "conflict",
    ],
  ])("%s", (_, repair, expected) => {
    const given: Repair = {
      kind: "modified",
      applyMethod: "client",
      isCustom: false,
      place: IMAGE,
      ...repair,
    };
    expect(upgradeRepairs(given)).toBe(expected);
  });
});

it.each([
  ["v1", false],
  ["apps/v1", false],
  ["networking.k8s.io/v1", false],
  ["rbac.authorization.k8s.io/v1", false],
  ["flowcontrol.apiserver.k8s.io/v1", false],
  ["gateway.networking.k8s.io/v1", true],
  ["snapshot.storage.k8s.io/v1", true],
  ["apiextensions.k8s.io/v1", true],
  ["apiregistration.k8s.io/v1", true],
  ["monitoring.coreos.com/v1", true],
])("objects of %s are custom to Helm: %s", (apiVersion, expected) => {
  expect(isCustom(apiVersion)).toBe(expected);
});
