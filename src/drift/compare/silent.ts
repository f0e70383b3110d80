import type { Difference, LiveObject, WantedObject } from "../objects/model.ts";
import { pointerOf } from "../objects/place.ts";
import type { FieldNode } from "../owners/fields.ts";
import { isController, isPerson } from "../owners/people.ts";
import { isKnownField } from "./known-field.ts";
import { fieldAt } from "./lists.ts";
import { writersOf } from "./managed.ts";
import type { Facts } from "./object.ts";
import { nanosOf } from "./quantity.ts";

interface Subject {
  wanted: WantedObject;
  live: LiveObject;
  facts: Facts;
  managed: () => FieldNode;
}

/** Whether a difference is what a cluster does to the objects of a release day by day. */
export function isNoDrift(difference: Difference, subject: Subject): boolean {
  return (
    isBookkeeping(difference) ||
    isScaled(difference, subject) ||
    isInjectedBundle(difference, subject) ||
    isOperated(difference, subject) ||
    isAggregated(difference, subject) ||
    isGrownClaim(difference, subject) ||
    isMovedField(difference, subject) ||
    isUnknownField(difference, subject)
  );
}

/** What kubectl and controllers note on objects. */
const BOOKKEEPING = new Set([
  "kubectl.kubernetes.io/restartedAt",
  "kubectl.kubernetes.io/last-applied-configuration",
  "deployment.kubernetes.io/revision",
]);

function isBookkeeping({ place }: Difference): boolean {
  return fieldAt(place, -2) === "annotations" && BOOKKEEPING.has(fieldAt(place, -1) ?? "");
}

/** The number of replicas belongs to an autoscaler, unless a person has scaled by hand. */
function isScaled({ place }: Difference, { wanted, facts, managed }: Subject): boolean {
  if (pointerOf(place) !== "/spec/replicas") return false;
  if (facts.scaled.has(wanted.identity)) return true;
  const scalers = writersOf(managed(), place).filter(({ subresource }) => subresource === "scale");
  return scalers.length > 0 && !scalers.some(({ manager }) => isPerson(manager, facts.managers));
}

/** Certificates are put into webhooks, conversions and API services by controllers. */
function isInjectedBundle({ place }: Difference, { facts, managed }: Subject): boolean {
  if (fieldAt(place, -1) !== "caBundle") return false;
  return !writersOf(managed(), place).some(({ manager }) => isPerson(manager, facts.managers));
}

/** Operators label what they work with, and annotate it. */
function isOperated({ place }: Difference, { managed }: Subject): boolean {
  if (fieldAt(place, 0) !== "metadata") return false;
  const writers = writersOf(managed(), place);
  return writers.length > 0 && writers.every(({ manager }) => isController(manager));
}

/** The rules of an aggregated ClusterRole are the controller's. */
function isAggregated({ place }: Difference, { wanted }: Subject): boolean {
  return (
    wanted.object.kind === "ClusterRole" &&
    wanted.object.aggregationRule !== undefined &&
    fieldAt(place, 0) === "rules"
  );
}

/** A claim may be given more room; it never gets less. */
function isGrownClaim({ place, expected, actual }: Difference, { wanted }: Subject): boolean {
  if (wanted.object.kind !== "PersistentVolumeClaim") return false;
  const [before, now] = [nanosOf(expected), nanosOf(actual)];
  const isStorage = pointerOf(place) === "/spec/resources/requests/storage";
  return isStorage && before !== undefined && now !== undefined && now > before;
}

/** Read at another version of its API than the manifest's, a field may have another place. */
function isMovedField({ actual }: Difference, { wanted, live }: Subject): boolean {
  const isConverted = (live.apiVersion ?? wanted.object.apiVersion) !== wanted.object.apiVersion;
  return isConverted && actual === undefined;
}

/** What Kubernetes has no field for is nowhere in the cluster, whoever deploys it. */
function isUnknownField({ place, actual }: Difference, { wanted: { object } }: Subject): boolean {
  return actual === undefined && !isKnownField(object.apiVersion, object.kind, place);
}
