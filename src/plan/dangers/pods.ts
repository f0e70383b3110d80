import type { Values } from "../../overrides/values.ts";
import { listAt, type ManifestObject, mapAt } from "../manifest.ts";

const IN_TEMPLATE = new Set([
  ...["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"],
]);

/** The pod that an object runs: its labels and its spec. Undefined for objects that run none. */
export function podOf(object: ManifestObject | undefined): { labels: Values; spec: Values } | undefined {
  const path = object && pathOf(object.kind);
  if (!object || !path) return undefined;
  return {
    labels: mapAt(object.object, [...path, "metadata", "labels"]),
    spec: mapAt(object.object, [...path, "spec"]),
  };
}

function pathOf(kind: string): string[] | undefined {
  if (kind === "Pod") return [];
  if (kind === "CronJob") return ["spec", "jobTemplate", "spec", "template"];
  return IN_TEMPLATE.has(kind) ? ["spec", "template"] : undefined;
}

/** All containers of a pod by name: those that prepare it, those that serve it. */
export function containersOf(spec: Values): Map<string, Values> {
  const all = ["initContainers", "containers"].flatMap((key) => listAt(spec, [key]));
  return new Map(
    all.map((each, index) => {
      const container = mapAt(each, []);
      return [typeof container.name === "string" ? container.name : String(index), container];
    }),
  );
}
