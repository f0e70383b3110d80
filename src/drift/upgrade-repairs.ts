import type { ReleaseRecord } from "../helm/record.ts";
import { groupOf } from "../plan/manifest.ts";
import type { Owner, Place } from "./objects/model.ts";

/** What an upgrade would meet. */
export interface Repair {
  kind: "modified" | "missing" | "foreign-added";
  applyMethod: ReleaseRecord["applyMethod"];
  /** Whether Helm knows no more of the object than its keys; see `isCustom`. */
  isCustom: boolean;
  place?: Place;
  /** Of the place in the live object; undefined where nobody holds it. */
  owner?: Owner | undefined;
}

/**
 * Whether an upgrade with the same files puts something right; `conflict`: it is refused.
 *
 * An object that is gone is made again, and what the manifest does not say stays. A changed field depends on how the
 * release is applied. On the server, Helm claims what its manifest says: it gets what nobody holds, and is refused what
 * anybody else does. On the client, it sends what differs between its last manifest, the new one and the live object; of
 * custom resources it compares the two manifests alone, and a live object that differs from both stays as it is. Its own
 * label and annotations are in no manifest: it sends those every time.
 */
export function upgradeRepairs({
  kind,
  applyMethod,
  isCustom: custom,
  place = [],
  owner,
}: Repair): boolean | "conflict" {
  if (kind !== "modified") return kind === "missing";
  if (applyMethod === "client") return !custom || isHelmsOwn(place);
  return owner && !isAppliedByHelm(owner) ? "conflict" : true;
}

/** Written by `helm upgrade --server-side`. Somebody who calls himself helm and updates is another manager. */
function isAppliedByHelm({ manager, operation, subresource }: Owner): boolean {
  return manager === "helm" && operation === "Apply" && !subresource;
}

const HELMS_OWN: Readonly<Record<string, readonly string[]>> = {
  labels: ["app.kubernetes.io/managed-by"],
  annotations: ["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"],
};

function isHelmsOwn(place: Place): boolean {
  const [first, second, third, ...rest] = place.map((step) => ("field" in step ? step.field : undefined));
  if (first !== "metadata" || second === undefined || third === undefined || rest.length > 0) return false;
  return HELMS_OWN[second]?.includes(third) ?? false;
}

/** Groups whose kinds the client library of Kubernetes has types for, which is what Helm merges by. */
const TYPED_GROUPS = new Set([
  ...["", "apps", "batch", "autoscaling", "policy", "extensions"],
  ...["admissionregistration", "authentication", "authorization", "certificates", "coordination", "discovery"]
    .concat([
      "events",
      "flowcontrol.apiserver",
      "internal.apiserver",
      "networking",
      "node",
      "rbac.authorization",
    ])
    .concat(["resource", "scheduling", "storage", "storagemigration"])
    .map((group) => `${group}.k8s.io`),
]);

/**
 * Whether Helm handles an object as a custom resource: all but the kinds that Kubernetes' client library has types for.
 * Definitions of custom resources and API services are custom in this sense.
 */
export function isCustom(apiVersion: string): boolean {
  return !TYPED_GROUPS.has(groupOf(apiVersion));
}
