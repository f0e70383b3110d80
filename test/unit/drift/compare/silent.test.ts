import { describe, expect, it } from "vitest";
import { bundle, differences, edited, pairOf, pairsOf, type Row, withEdits } from "./support.ts";

const POD = ["spec", "template", "spec"] as const;
const WEB = [...POD, "containers", 0] as const;

describe("what is no drift", () => {
  const rows: Row[] = [
    ["labels of others", "defaults", "Deployment/defaults", [[["metadata", "labels", "x"], "y"]]],
    ["annotations of others", "defaults", "Deployment/defaults", [[["metadata", "annotations", "x"], "y"]]],
    ["a finalizer", "defaults", "Deployment/defaults", [[["metadata", "finalizers"], ["x"]]]],
    ["a status", "custom", "Thing/full", [[["status"], { ready: true }]]],
    [
      "a restart",
      "defaults",
      "Deployment/defaults",
      [[["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"], "now"]],
    ],
    ["a sidecar of others", "defaults", "Deployment/defaults", [[[...POD, "containers", 2], { name: "x" }]]],
    ["a variable of others", "defaults", "Deployment/defaults", [[[...WEB, "env", 4], { name: "x" }]]],
    [
      "another order of keyed items",
      "defaults",
      "Deployment/defaults",
      [[[...POD, "containers"], reversed("defaults", [...POD, "containers"])]],
    ],
    ["more data", "secrets", "ConfigMap/binary", [[["data", "ca.crt"], "x"]]],
    ["a bundle in a webhook", "webhooks", "MutatingWebhookConfiguration/compare", [bundle(["webhooks", 0])]],
    ["a bundle in an API", "webhooks", "APIService/v1.compare.example.com", [[["spec", "caBundle"], "QUJD"]]],
    [
      "a bundle in a conversion",
      "custom",
      "CustomResourceDefinition/things.compare.clearml.test",
      [bundle(["spec", "conversion", "webhook"])],
    ],
    ["addresses", "services", "Service/balancer", [[["spec", "clusterIP"], "10.9.9.9"]]],
    ["a node port", "services", "Service/node-port", [[["spec", "ports", 0, "nodePort"], 31999]]],
    ["a bound claim", "stateful", "PersistentVolumeClaim/claim", [[["spec", "volumeName"], "pv-1"]]],
    [
      "a grown claim",
      "stateful",
      "PersistentVolumeClaim/claim",
      [[["spec", "resources", "requests", "storage"], "2Gi"]],
    ],
    ["an aggregated role", "rbac", "ClusterRole/compare-aggregated", [[["rules"], [{ verbs: ["*"] }]]]],
    ["rules that are none", "rbac", "Role/none", [[["rules"], null]]],
    [
      "the order of addresses",
      "rbac",
      "Endpoints/outside",
      [
        [
          ["subsets", 0, "addresses"],
          [{ ip: "10.0.0.1" }, { ip: "10.0.0.9" }],
        ],
      ],
    ],
    [
      "the order of metrics",
      "autoscaling",
      "HorizontalPodAutoscaler/many",
      [[["spec", "metrics"], reversed("autoscaling", ["spec", "metrics"])]],
    ],
    [
      "tolerations of a pod",
      "stateful",
      "Pod/bare",
      [[["spec", "tolerations", 9], { key: "node.kubernetes.io/disk", operator: "Exists" }]],
    ],
    ["a duplicate that is gone", "duplicates", "Deployment/duplicates", [[[...WEB, "env", 0], undefined]]],
    ["one duplicate of the two", "duplicates", "Deployment/duplicates", [[[...WEB, "ports", 1], undefined]]],
    [
      "other spellings in a custom resource",
      "custom",
      "Thing/full",
      [
        [["spec", "memory"], "1Gi"],
        [["spec", "timeout"], "5m0s"],
        [["spec", "port"], 80],
        [["spec", "any", "empty"], undefined],
        [["spec", "any", "list"], undefined],
        [["spec", "any", "text"], undefined],
        [["spec", "any", "false"], undefined],
      ],
    ],
    [
      "another order of a custom resource's keyed lists and sets",
      "custom",
      "Thing/full",
      [
        [
          ["spec", "words"],
          ["a", "b"],
        ],
        [
          ["spec", "keyed"],
          [{ id: "x" }, { id: "a", size: 1 }, { id: "b", size: 3 }],
        ],
      ],
    ],
  ];
  it.each(rows)("%s", (_what, name, id, edits) => {
    const { wanted, live } = withEdits(name, id, edits);
    expect(differences(wanted, live)).toEqual([]);
  });
});

function reversed(name: Row[1], path: readonly (string | number)[]): unknown {
  const [{ live } = { live: {} }] = pairsOf(name);
  const list = path.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], live);
  return (list as unknown[]).toReversed();
}

describe("what a manifest says in vain", () => {
  it("is what tools note on objects", () => {
    const path = ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"];
    const { wanted, live } = withEdits("defaults", "Deployment/defaults", [[path, "yesterday"]]);
    expect(differences(edited(wanted, path, "long ago"), live)).toEqual([]);
  });

  it("is a status", () => {
    const { wanted, live } = pairOf("custom", "Thing/full");
    expect(differences(edited(wanted, ["status", "ready"], true), live)).toEqual([]);
  });

  it("is the whole of a selector to which the server adds the labels of a pod", () => {
    const spread = (labels: object) => [
      { topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: labels } },
    ];
    const { wanted, live } = pairOf("stateful", "Pod/bare");
    const path = ["spec", "topologySpreadConstraints"];
    const answer = edited(live, path, spread({ app: "a", "pod-template-hash": "b" }));
    expect(differences(edited(wanted, path, spread({ app: "a" })), answer)).toEqual([]);
  });
});

describe("a field that Kubernetes does not have", () => {
  const said = (path: readonly (string | number)[]) => {
    const { wanted, live } = pairOf("defaults", "Deployment/defaults");
    return differences(edited(wanted, path, "x"), live).map(([pointer]) => pointer);
  };

  it.each([
    [["spec", "tempalte"]],
    [["extra"]],
    [[...POD, "serviceAccuntName"]],
    [[...WEB, "livenessProbe", "httpGet", "prot"]],
    [[...WEB, "ports", 0, "portName"]],
  ])("is dropped by every server: %j", (path) => {
    expect(said(path)).toEqual([]);
  });

  it.each([
    [["metadata", "labels", "x"], "/metadata/labels/x"],
    [[...POD, "priorityClassName"], "/spec/template/spec/priorityClassName"],
    [[...POD, "nodeSelector", "x"], "/spec/template/spec/nodeSelector/x"],
    [
      [...WEB, "livenessProbe", "httpGet", "host"],
      "/spec/template/spec/containers/name=web/livenessProbe/httpGet/host",
    ],
  ])("is told from one that was taken away: %j", (path, pointer) => {
    expect(said(path)).toEqual([pointer]);
  });

  it("may be one of a custom resource", () => {
    const { wanted, live } = pairOf("custom", "Thing/full");
    expect(differences(edited(wanted, ["spec", "unknown"], "x"), live)).toEqual([
      ["/spec/unknown", undefined],
    ]);
  });
});
