import { describe, expect, it } from "vitest";
import { differences, edited, pairOf, type Row, withEdits } from "./support.ts";

const POD = ["spec", "template", "spec"] as const;
const WEB = [...POD, "containers", 0] as const;
const AT_WEB = "/spec/template/spec/containers/name=web";

describe("what is drift", () => {
  const rows: [...Row, pointers: string[]][] = [
    ["an image", "defaults", "Deployment/defaults", [[[...WEB, "image"], "x"]], [`${AT_WEB}/image`]],
    ["an argument", "defaults", "Deployment/defaults", [[[...WEB, "args", 1], "9"]], [`${AT_WEB}/args/1`]],
    [
      "a further argument",
      "defaults",
      "Deployment/defaults",
      [[[...WEB, "args", 2], "9"]],
      [`${AT_WEB}/args`],
    ],
    [
      "a port that is gone",
      "defaults",
      "Deployment/defaults",
      [[[...WEB, "ports"], []]],
      [`${AT_WEB}/ports/containerPort=8080,protocol=TCP`],
    ],
    [
      "a mount that is gone",
      "defaults",
      "Deployment/defaults",
      [[[...WEB, "volumeMounts", 1], undefined]],
      [`${AT_WEB}/volumeMounts/mountPath=~1etc~1web`],
    ],
    [
      "a container that is gone",
      "defaults",
      "Deployment/defaults",
      [[[...POD, "containers", 1], undefined]],
      ["/spec/template/spec/containers/name=side"],
    ],
    [
      "all labels gone",
      "defaults",
      "Deployment/defaults",
      [[["metadata", "labels"], undefined]],
      ["/metadata/labels/app", "/metadata/labels/app.kubernetes.io~1managed-by"],
    ],
    [
      "an empty annotation",
      "defaults",
      "Deployment/defaults",
      [[["metadata", "annotations", "note"], "x"]],
      ["/metadata/annotations/note"],
    ],
    [
      "an empty annotation gone",
      "defaults",
      "Deployment/defaults",
      [[["metadata", "annotations", "note"], undefined]],
      ["/metadata/annotations/note"],
    ],
    [
      "another toleration",
      "defaults",
      "Deployment/defaults",
      [[[...POD, "tolerations", 2], { key: "x", operator: "Exists" }]],
      ["/spec/template/spec/tolerations"],
    ],
    [
      "a further label in a selector",
      "defaults",
      "Deployment/defaults",
      [[[...POD, "nodeSelector", "zone"], "a"]],
      ["/spec/template/spec/nodeSelector"],
    ],
    ["scaled", "defaults", "Deployment/defaults", [[["spec", "replicas"], 5]], ["/spec/replicas"]],
    ["scaled up from none", "empties", "Deployment/empties", [[["spec", "replicas"], 1]], ["/spec/replicas"]],
    [
      "another volume instead of an empty one",
      "empties",
      "Deployment/empties",
      [[[...POD, "volumes", 0], { name: "v", hostPath: { path: "/" } }]],
      ["/spec/template/spec/volumes/name=v/emptyDir"],
    ],
    [
      "rights that were denied",
      "empties",
      "Deployment/empties",
      [
        [[...WEB, "securityContext", "privileged"], undefined],
        [[...POD, "automountServiceAccountToken"], true],
        [[...POD, "hostNetwork"], true],
      ],
      [
        "/spec/template/spec/hostNetwork",
        "/spec/template/spec/automountServiceAccountToken",
        "/spec/template/spec/containers/name=a/securityContext/privileged",
      ],
    ],
    [
      "an empty variable",
      "empties",
      "Deployment/empties",
      [[[...WEB, "env", 0, "value"], "x"]],
      ["/spec/template/spec/containers/name=a/env/name=EMPTY/value"],
    ],
    [
      "tolerations where the manifest has none",
      "empties",
      "Deployment/empties",
      [[[...POD, "tolerations"], [{ key: "x", operator: "Exists" }]]],
      ["/spec/template/spec/tolerations"],
    ],
    [
      "a quantity",
      "quantities",
      "Deployment/quantities",
      [[[...WEB, "resources", "limits", "cpu"], "501m"]],
      ["/spec/template/spec/containers/name=a/resources/limits/cpu"],
    ],
    ["data of a Secret", "secrets", "Secret/texts", [[["data", "password"], "eA=="]], ["/data/password"]],
    ["a text of a Secret", "secrets", "Secret/texts", [[["data", "user"], "b3RoZXI="]], ["/data/user"]],
    [
      "a line of a ConfigMap",
      "secrets",
      "ConfigMap/binary",
      [[["data", "a.conf"], "line\nline\n"]],
      ["/data/a.conf"],
    ],
    [
      "a port of a Service",
      "services",
      "Service/headless",
      [[["spec", "ports", 0, "targetPort"], 5353]],
      ["/spec/ports/port=80,protocol=TCP/targetPort"],
    ],
    [
      "what a Service selects",
      "services",
      "Service/headless",
      [[["spec", "selector", "tier"], "x"]],
      ["/spec/selector"],
    ],
    [
      "a shrunken claim",
      "stateful",
      "PersistentVolumeClaim/claim",
      [[["spec", "resources", "requests", "storage"], "512Mi"]],
      ["/spec/resources/requests/storage"],
    ],
    [
      "a rule of a role",
      "rbac",
      "ClusterRole/compare-part",
      [[["rules", 0, "verbs", 0], "*"]],
      ["/rules/0/verbs/0"],
    ],
    ["a further rule", "rbac", "Role/none", [[["rules"], [{ verbs: ["*"] }]]], ["/rules"]],
    [
      "what an aggregated role selects",
      "rbac",
      "ClusterRole/compare-aggregated",
      [[["aggregationRule", "clusterRoleSelectors", 0, "matchLabels", "compare-aggregate"], "x"]],
      ["/aggregationRule/clusterRoleSelectors/0/matchLabels/compare-aggregate"],
    ],
    [
      "an address",
      "rbac",
      "Endpoints/outside",
      [[["subsets", 0, "addresses", 0, "ip"], "10.0.0.3"]],
      ["/subsets"],
    ],
    [
      "a metric",
      "autoscaling",
      "HorizontalPodAutoscaler/many",
      [[["spec", "metrics", 2, "resource", "target", "averageUtilization"], 90]],
      ["/spec/metrics"],
    ],
    [
      "all pods instead of some",
      "network",
      "NetworkPolicy/rules",
      [[["spec", "podSelector"], { matchLabels: { app: "x" } }]],
      ["/spec/podSelector"],
    ],
    ["an open policy", "network", "NetworkPolicy/deny", [[["spec", "ingress"], [{}]]], ["/spec/ingress"]],
    [
      "what a webhook does when it fails",
      "webhooks",
      "ValidatingWebhookConfiguration/compare",
      [[["webhooks", 1, "failurePolicy"], "Fail"]],
      ["/webhooks/name=a.example.com/failurePolicy"],
    ],
    [
      "fields of a custom resource",
      "custom",
      "Thing/full",
      [
        [["spec", "memory"], "2Gi"],
        [["spec", "timeout"], "301s"],
        [["spec", "any", "false"], true],
        [["spec", "words"], ["b"]],
        [["spec", "keyed", 1, "size"], 2],
        [["spec", "steps", 0, "run"], "z"],
        [["spec", "plain", 2], "z"],
      ],
      [
        "/spec/memory",
        "/spec/timeout",
        "/spec/any/false",
        "/spec/keyed/id=a/size",
        "/spec/words/=a",
        "/spec/steps/0/run",
        "/spec/plain",
      ],
    ],
    [
      "both duplicates",
      "duplicates",
      "Deployment/duplicates",
      [
        [[...WEB, "env", 2], undefined],
        [[...WEB, "env", 0, "value"], "3"],
      ],
      ["/spec/template/spec/containers/name=a/env/name=A/value"],
    ],
  ];
  it.each(rows)("%s", (_what, name, id, edits, pointers) => {
    const { wanted, live } = withEdits(name, id, edits);
    expect(differences(wanted, live).map(([pointer]) => pointer)).toEqual(pointers);
  });
});

describe("an entry of a map of texts", () => {
  it.each(["path", "type"])("is empty on purpose, whatever it is called: %s", (key) => {
    const { wanted, live } = pairOf("secrets", "ConfigMap/binary");
    const empty = edited(wanted, ["data", key], "");
    expect(differences(empty, edited(live, ["data", key], ""))).toEqual([]);
    expect(differences(empty, edited(live, ["data", key], "x"))).toEqual([[`/data/${key}`, "x"]]);
    expect(differences(empty, live)).toEqual([[`/data/${key}`, undefined]]);
  });
});
