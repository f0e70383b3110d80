import { describe, expect, it } from "vitest";
import { type Data, object, plan } from "./support.ts";

describe("replaced objects", () => {
  const claim = (storage: string, more: Data = {}) =>
    object("PersistentVolumeClaim", { spec: { resources: { requests: { storage } }, ...more } });
  const stateful = (spec: Data) => object("StatefulSet", { spec });
  const template = (size: string, more: Data = {}) => ({
    metadata: { name: "data" },
    spec: { resources: { requests: { storage: size } } },
    ...more,
  });
  const service = (spec: Data) => object("Service", { spec });
  const binding = (name: string) => object("RoleBinding", { roleRef: { kind: "Role", name } });
  const cases: [what: string, before: Data, after: Data, immutable: string][] = [
    [
      "a StatefulSet's claims",
      stateful({ volumeClaimTemplates: [template("1Gi")] }),
      stateful({ volumeClaimTemplates: [template("2Gi")] }),
      "spec.volumeClaimTemplates",
    ],
    [
      "a StatefulSet's service",
      stateful({ serviceName: "a" }),
      stateful({ serviceName: "b" }),
      "spec.serviceName",
    ],
    [
      "a StatefulSet's selector",
      stateful({ selector: { matchLabels: { a: "b" } } }),
      stateful({ selector: { matchLabels: { a: "c" } } }),
      "spec.selector",
    ],
    [
      "a StatefulSet's pod management",
      stateful({}),
      stateful({ podManagementPolicy: "Parallel" }),
      "spec.podManagementPolicy",
    ],
    ["a StatefulSet's replicas", stateful({ replicas: 1 }), stateful({ replicas: 2 }), ""],
    [
      "a StatefulSet's template and strategy",
      stateful({ template: { a: 1 } }),
      stateful({ template: { a: 2 }, updateStrategy: {}, minReadySeconds: 5 }),
      "",
    ],
    [
      "a StatefulSet's default spelt out",
      stateful({}),
      stateful({ podManagementPolicy: "OrderedReady" }),
      "",
    ],
    [
      "defaults of a claim template spelt out",
      stateful({ volumeClaimTemplates: [template("1Gi")] }),
      stateful({
        replicas: 1,
        volumeClaimTemplates: [
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data" },
            spec: { volumeMode: "Filesystem", resources: { requests: { storage: "1Gi" } } },
          },
        ],
      }),
      "",
    ],
    [
      "a Deployment's selector",
      object("Deployment", { spec: { selector: { matchLabels: { a: "b" } } } }),
      object("Deployment", { spec: { selector: { matchLabels: { a: "c" } } } }),
      "spec.selector",
    ],
    [
      "a DaemonSet's selector",
      object("DaemonSet", { spec: { selector: { a: 1 } } }),
      object("DaemonSet", { spec: { selector: { a: 2 } } }),
      "spec.selector",
    ],
    [
      "a Deployment's template",
      object("Deployment", { spec: { template: { a: 1 } } }),
      object("Deployment", { spec: { template: { a: 2 } } }),
      "",
    ],
    [
      "a Job's template",
      object("Job", { spec: { template: { a: 1 } } }),
      object("Job", { spec: { template: { a: 2 } } }),
      "spec.template",
    ],
    [
      "a Job's completions",
      object("Job", { spec: { completions: 1 } }),
      object("Job", { spec: { completions: 2 } }),
      "spec.completions",
    ],
    [
      "a Job's limit",
      object("Job", { spec: { backoffLimit: 1 } }),
      object("Job", { spec: { backoffLimit: 2 } }),
      "",
    ],
    [
      "a CronJob's template",
      object("CronJob", { spec: { jobTemplate: { a: 1 } } }),
      object("CronJob", { spec: { jobTemplate: { a: 2 } } }),
      "",
    ],
    [
      "a Service's address",
      service({ clusterIP: "10.0.0.1" }),
      service({ clusterIP: "10.0.0.2" }),
      "spec.clusterIP",
    ],
    [
      "a Service made headless",
      service({ type: "ClusterIP" }),
      service({ clusterIP: "None" }),
      "spec.clusterIP",
    ],
    ["a Service's address left out", service({ clusterIP: "10.0.0.1" }), service({}), ""],
    [
      "an ExternalName given an address",
      service({ type: "ExternalName" }),
      service({ clusterIP: "10.0.0.1" }),
      "",
    ],
    [
      "the class of a Service that becomes a load balancer",
      service({ type: "NodePort" }),
      service({ type: "LoadBalancer", loadBalancerClass: "x" }),
      "",
    ],
    [
      "a Service's load balancer class",
      service({ type: "LoadBalancer" }),
      service({ type: "LoadBalancer", loadBalancerClass: "x" }),
      "spec.loadBalancerClass",
    ],
    ["a Service's ports", service({ ports: [{ port: 1 }] }), service({ ports: [{ port: 2 }] }), ""],
    ["a claim that grows", claim("900Mi"), claim("1Gi"), ""],
    ["a claim that shrinks", claim("1Gi"), claim("900Mi"), "spec.resources.requests.storage"],
    [
      "a claim's class",
      claim("1Gi", { storageClassName: "a" }),
      claim("1Gi", { storageClassName: "b" }),
      "spec.storageClassName",
    ],
    ["a claim's class named", claim("1Gi"), claim("1Gi", { storageClassName: "b" }), ""],
    [
      "a claim's modes",
      claim("1Gi", { accessModes: ["ReadWriteOnce"] }),
      claim("1Gi", { accessModes: ["ReadWriteMany"] }),
      "spec.accessModes",
    ],
    ["the role of a binding", binding("a"), binding("b"), "roleRef"],
    [
      "the role of a cluster-wide binding",
      object("ClusterRoleBinding", { roleRef: { name: "a" } }),
      object("ClusterRoleBinding", { roleRef: { name: "b" } }),
      "roleRef",
    ],
    [
      "the subjects of a binding",
      object("RoleBinding", { subjects: [1] }),
      object("RoleBinding", { subjects: [2] }),
      "",
    ],
    [
      "a storage class's provisioner",
      object("StorageClass", { provisioner: "a" }),
      object("StorageClass", { provisioner: "b" }),
      "provisioner",
    ],
    [
      "a storage class's parameters",
      object("StorageClass", { parameters: { a: "b" } }),
      object("StorageClass", {}),
      "parameters",
    ],
    [
      "a storage class's default spelt out",
      object("StorageClass", { provisioner: "a" }),
      object("StorageClass", { provisioner: "a", reclaimPolicy: "Delete" }),
      "",
    ],
    [
      "a driver's attachment",
      object("CSIDriver", { spec: {} }),
      object("CSIDriver", { spec: { attachRequired: false } }),
      "spec.attachRequired",
    ],
    [
      "an immutable Secret",
      object("Secret", { immutable: true, stringData: { a: "b" } }),
      object("Secret", { immutable: true, stringData: { a: "c" } }),
      "data",
    ],
    [
      "an immutable ConfigMap set free",
      object("ConfigMap", { immutable: true }),
      object("ConfigMap", {}),
      "immutable",
    ],
    ["a ConfigMap", object("ConfigMap", { data: { a: "b" } }), object("ConfigMap", { data: { a: "c" } }), ""],
    ["the type of a Secret", object("Secret", {}), object("Secret", { type: "kubernetes.io/tls" }), "type"],
    ["the type of a Secret spelt out", object("Secret", {}), object("Secret", { type: "Opaque" }), ""],
    [
      "the image of a Pod",
      object("Pod", { spec: { containers: [{ image: "a" }] } }),
      object("Pod", { spec: { containers: [{ image: "b" }] } }),
      "",
    ],
    [
      "the command of a Pod",
      object("Pod", { spec: { containers: [{ args: [] }] } }),
      object("Pod", { spec: { containers: [{ args: ["b"] }] } }),
      "spec",
    ],
    [
      "an Ingress",
      object("Ingress", { spec: { ingressClassName: "a" } }),
      object("Ingress", { spec: { ingressClassName: "b" } }),
      "",
    ],
  ];
  it.each(cases)("%s", (_, before, after, immutable) => {
    const [planned, ...others] = plan([before], [after]);
    expect(others).toEqual([]);
    expect(planned?.action).toBe(immutable === "" ? "change" : "replace");
    const stops = planned?.dangers.filter(({ severity }) => severity === "stop") ?? [];
    expect(stops).toHaveLength(immutable === "" ? 0 : 1);
    // Size and class of a claim have rules of their own.
    if (stops[0]?.rule === "immutable-field") expect(stops[0].message).toContain(immutable);
    else expect(immutable).toMatch(/^$|storage/);
  });
});
