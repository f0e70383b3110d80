import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import type { LiveObject } from "../../../../src/readiness/model.ts";

interface Metadata {
  uid?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  namespace?: string;
}

export function object(kind: string, name: string, more: object = {}, metadata: Metadata = {}): LiveObject {
  const { uid = name, labels = {}, annotations = {}, namespace = "acme" } = metadata;
  return { apiVersion: "v1", kind, metadata: { name, namespace, uid, labels, annotations }, ...more };
}

interface PodOptions {
  labels?: Record<string, string>;
  ready?: boolean;
  container?: object;
  status?: object;
  podIP?: string;
  hostNetwork?: boolean;
}

export function pod(name: string, options: PodOptions = {}): LiveObject {
  const { labels = {}, ready = true, container = {}, status = {}, podIP, hostNetwork } = options;
  const main = { name: "router", image: "router:1", ...container };
  return object(
    "Pod",
    name,
    {
      spec: { containers: [main], ...(hostNetwork ? { hostNetwork } : {}) },
      status: {
        phase: "Running",
        ...(podIP ? { podIP } : {}),
        conditions: [{ type: "Ready", status: ready ? "True" : "False" }],
        containerStatuses: [
          { name: main.name, image: main.image, ready, restartCount: 0, state: { running: {} }, ...status },
        ],
      },
    },
    { labels },
  );
}

export function policy(name: string, spec: object): KubernetesObject {
  return object("NetworkPolicy", name, { spec });
}
