import type { KubernetesObject } from "../kubernetes/objects.ts";

const PRESSURES = ["MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable"];

/** A node as far as it matters here. */
export interface Node {
  name: string;
  labels: Readonly<Record<string, string>>;
  isReady: boolean;
  /** Why it is not, in its own words. */
  reason: string;
  isCordoned: boolean;
  /** Taints that keep pods without a toleration off. */
  taints: readonly string[];
  pressures: readonly string[];
  capacity: Readonly<Record<string, string>>;
}

interface NodeSpec {
  unschedulable?: boolean;
  taints?: { key: string; value?: string; effect: string }[];
}

interface NodeStatus {
  capacity?: Record<string, string>;
  conditions?: { type: string; status: string; message?: string; reason?: string }[];
}

/** What matters of a node. */
export function nodeOf(object: KubernetesObject): Node {
  const { unschedulable = false, taints = [] } = (object.spec ?? {}) as NodeSpec;
  const { capacity = {}, conditions = [] } = (object.status ?? {}) as NodeStatus;
  const ready = conditions.find(({ type }) => type === "Ready");
  return {
    name: object.metadata.name,
    labels: object.metadata.labels ?? {},
    isReady: ready?.status === "True",
    reason: ready?.message ?? ready?.reason ?? "it does not report",
    isCordoned: unschedulable,
    taints: taints
      // Kubernetes sets those itself for what is told otherwise.
      .filter(({ key, effect }) => effect !== "PreferNoSchedule" && !key.startsWith("node.kubernetes.io/"))
      .map(({ key, value }) => (value ? `${key}=${value}` : key)),
    pressures: conditions
      .filter((each) => PRESSURES.includes(each.type) && each.status === "True")
      .map(({ type }) => type),
    capacity,
  };
}
