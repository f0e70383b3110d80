import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { mapAt, textAt } from "../../plan/manifest.ts";
import { isCustom } from "../upgrade-repairs.ts";
import { identityOf } from "./wanted.ts";

/** Kinds that set the number of pods of others. */
export const AUTOSCALERS = [
  { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" },
  { apiVersion: "keda.sh/v1alpha1", kind: "ScaledObject" },
] as const;

/** Whether others may set the number of pods of an object. Custom resources count: some stand for workloads. */
export function isScalable({ apiVersion, kind }: Pick<KubernetesObject, "apiVersion" | "kind">): boolean {
  return ["Deployment", "StatefulSet", "ReplicaSet"].includes(kind) || isCustom(apiVersion);
}

/** The workloads that autoscalers set the number of pods of, by identity. */
export function scaledBy(autoscalers: readonly KubernetesObject[]): Set<string> {
  return new Set(
    autoscalers.flatMap(({ metadata, spec }) => {
      const target = mapAt(spec, ["scaleTargetRef"]);
      const name = textAt(target, ["name"]);
      if (name === undefined) return [];
      // A ScaledObject may leave out what is a Deployment.
      const { apiVersion = "apps/v1", kind = "Deployment" } = target as {
        apiVersion?: string;
        kind?: string;
      };
      return [identityOf(apiVersion, kind, metadata.namespace, name)];
    }),
  );
}
