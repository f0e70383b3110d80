/** Lets `kubectl exec` into the pods of fake nodes run programs of this machine. */
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";

const GROUP = "kwok.x-k8s.io";
const VERSION = "v1alpha1";

/** Where the definitions are listed, once the cluster serves them. */
export const EXECS_PATH = `/apis/${GROUP}/${VERSION}/execs`;

/** kwok's definition of what a command in a pod runs; its fields are kwok's own affair. */
export function execDefinition(): object {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `execs.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { kind: "Exec", listKind: "ExecList", plural: "execs", singular: "exec" },
      versions: [{ name: VERSION, served: true, storage: true, schema }],
    },
  };
}

/**
 * Commands in a pod of this name run on this machine, looked for in the folder that `startCluster` was given first.
 * kwok loses their exit codes: kubectl ends with 1 when they do not end with 0.
 * @param containers those that have the command; in any other one kubectl is told that there is none
 */
export function execObject(
  pod: { namespace: string; name: string; containers: readonly string[] },
  env: Readonly<Record<string, string>>,
): KubernetesObject {
  const { namespace, name, containers } = pod;
  const envs = Object.entries(env).map(([variable, value]) => ({ name: variable, value }));
  return {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: "Exec",
    metadata: { namespace, name },
    spec: { execs: [{ containers, local: { envs } }] },
  };
}
