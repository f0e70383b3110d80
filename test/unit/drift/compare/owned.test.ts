import { describe, expect, it } from "vitest";
import type { ManagedFields } from "../../../../src/drift/objects/model.ts";
import { bundle, differences, type Edit, edited, pairOf, withEdits } from "./support.ts";

const POD = ["spec", "template", "spec"] as const;
const WEB = [...POD, "containers", 0] as const;
const AT_WEB = "/spec/template/spec/containers/name=web";

/** A set of fields below which one is owned. */
function owned(path: readonly string[], entry: Partial<ManagedFields>): ManagedFields {
  const fieldsV1 = path.reduceRight<Record<string, unknown>>((below, step) => ({ [step]: below }), {});
  return { operation: "Update", ...entry, fieldsV1 };
}

const AUTOSCALER = owned(["f:spec", "f:replicas"], {
  manager: "kube-controller-manager",
  subresource: "scale",
});
const BY_HAND = owned(["f:spec", "f:replicas"], { manager: "kubectl", subresource: "scale" });

describe("replicas", () => {
  const edits: Edit[] = [[["spec", "replicas"], 5]];
  it("belong to an autoscaler", () => {
    const { wanted, live } = withEdits("defaults", "Deployment/defaults", edits);
    expect(differences(wanted, live, { scaled: new Set(["wanted"]) })).toEqual([]);
    expect(differences(wanted, live, { scaled: new Set(["another"]) })).toEqual([["/spec/replicas", 5]]);
  });

  it.each([
    ["a controller", AUTOSCALER, []],
    ["a person", BY_HAND, [["/spec/replicas", 5]]],
  ])("are told by who wrote them: %s", (_who, manager, expected) => {
    const { wanted, live } = withEdits("defaults", "Deployment/defaults", edits, [manager]);
    expect(differences(wanted, live)).toEqual(expected);
  });

  it("are told where the manager counts as a person here", () => {
    const { wanted, live } = withEdits("defaults", "Deployment/defaults", edits, [
      { ...AUTOSCALER, manager: "our-console" },
    ]);
    expect(differences(wanted, live)).toEqual([]);
    expect(differences(wanted, live, { managers: ["our-*"] })).toEqual([["/spec/replicas", 5]]);
  });
});

describe("what has one owner as a whole", () => {
  const rule: Edit = [["spec", "ingress", 0, "ports", 0, "endPort"], 9000];
  const list = ["f:spec", "f:ingress"];
  const person = owned(list, { manager: "kubectl-edit" });
  const key: Edit = [[...WEB, "env", 3, "valueFrom", "secretKeyRef", "optional"], true];
  const variable = ["f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"web"}', "f:env"];
  const reference = [...variable, 'k:{"name":"KEY"}', "f:valueFrom", "f:secretKeyRef"];

  it.each([
    ["people have added to a list", [person], ["/spec/ingress/0/ports"]],
    ["the deployment owns it", [owned(list, { manager: "helm" })], []],
    ["the deployment owns it too", [person, owned(list, { manager: "helm" })], []],
    ["a controller owns it", [owned(list, { manager: "operator" })], []],
    ["nobody is known to own it", [], []],
  ])("%s", (_who, managers, pointers) => {
    const { wanted, live } = withEdits("network", "NetworkPolicy/rules", [rule], managers);
    expect(differences(wanted, live).map(([pointer]) => pointer)).toEqual(pointers);
  });

  it("is told without what the server fills in", () => {
    const { wanted, live } = withEdits("network", "NetworkPolicy/rules", [], [person]);
    expect(differences(wanted, live)).toEqual([]);
  });

  it("may be a map", () => {
    const byHand = [owned(reference, { manager: "kubectl-edit" })];
    const edit = withEdits("defaults", "Deployment/defaults", [key], byHand);
    expect(differences(edit.wanted, edit.live).map(([pointer]) => pointer)).toEqual([
      `${AT_WEB}/env/name=KEY/valueFrom/secretKeyRef`,
    ]);
    const none = withEdits("defaults", "Deployment/defaults", [], byHand);
    expect(differences(none.wanted, none.live)).toEqual([]);
  });
});

describe("secrets to pull images with", () => {
  const secrets: Edit = [["imagePullSecrets"], [{ name: "given" }]];

  it.each([
    ["a cluster", "openshift-controller-manager", []],
    ["a person", "kubectl-patch", ["/imagePullSecrets"]],
  ])("are given by %s", (_who, manager, pointers) => {
    const writer = owned(["f:imagePullSecrets"], { manager });
    const { wanted, live } = withEdits("empties", "ServiceAccount/empties", [secrets], [writer]);
    expect(differences(wanted, live).map(([pointer]) => pointer)).toEqual(pointers);
  });
});

describe("a label of the manifest", () => {
  const label: Edit = [["metadata", "labels", "app"], "other"];
  const path = ["f:metadata", "f:labels", "f:app"];

  it.each([
    [["gpu-operator"], []],
    [["kubectl-label"], ["/metadata/labels/app"]],
    [["gpu-operator", "kubectl-label"], ["/metadata/labels/app"]],
    [["unknown"], ["/metadata/labels/app"]],
    [[], ["/metadata/labels/app"]],
  ])("that is otherwise is told by who wrote it: %j", (managers, pointers) => {
    const writers = managers.map((manager) => owned(path, { manager }));
    const { wanted, live } = withEdits("defaults", "Deployment/defaults", [label], writers);
    expect(differences(wanted, live).map(([pointer]) => pointer)).toEqual(pointers);
  });
});

describe("a bundle", () => {
  it("that a person has put there is drift", () => {
    const [id, where] = ["MutatingWebhookConfiguration/compare", ["webhooks", 0]] as const;
    const path = ["f:webhooks", 'k:{"name":"b.example.com"}', "f:clientConfig", "f:caBundle"];
    const by = (manager: string) => {
      const { wanted, live } = withEdits("webhooks", id, [bundle(where)], [owned(path, { manager })]);
      return differences(wanted, live).map(([pointer]) => pointer);
    };
    expect(by("cert-manager-cainjector")).toEqual([]);
    expect(by("kubectl-patch")).toEqual(["/webhooks/name=b.example.com/clientConfig/caBundle"]);
  });
});

describe("another version of an API", () => {
  it("has its fields elsewhere", () => {
    const { wanted } = pairOf("autoscaling", "HorizontalPodAutoscaler/old");
    const { live } = pairOf("autoscaling", "HorizontalPodAutoscaler/none");
    expect(differences(wanted, live)).toEqual([]);
    expect(differences(wanted, edited(live, ["spec", "maxReplicas"], 9))).toEqual([["/spec/maxReplicas", 9]]);
  });

  it("is not looked for where a list leaves it out", () => {
    const { wanted, live } = pairOf("services", "Service/dns");
    const { apiVersion: _, kind: __, ...item } = live;
    expect(differences(wanted, item as typeof live)).toEqual([]);
  });
});
