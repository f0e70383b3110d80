import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { mapAt } from "../../plan/manifest.ts";
import type { Difference, LiveObject, Owner, Place, WantedObject } from "../objects/model.ts";
import { isWithin, valueAtPlace } from "../objects/place.ts";
import type { OwnedPlace, Owners } from "../owners/owners.ts";
import { isController, isDeployer, isPerson } from "../owners/people.ts";
import { telling } from "./silent.ts";

/** What `foreignAdditions` looks at beside the object. */
export interface ForeignOptions {
  /** Field managers that count as people beside the usual ones. */
  managers?: readonly string[];
  /** Whether an HPA or ScaledObject looks after its replicas: their number is then nobody's addition. */
  isScaled?: boolean;
}

/**
 * What people have added to an object of a release: places that the manifest does not mention and that nobody but people
 * has written. Of what lies within another, the topmost alone: an added container is one addition.
 */
export function foreignAdditions(
  { object }: Pick<WantedObject, "object">,
  live: LiveObject,
  owners: Owners,
  { managers = [], isScaled = false }: ForeignOptions = {},
): Difference[] {
  // Most objects have been touched by nobody: their fields are not even read.
  if (!live.metadata.managedFields?.some(({ manager = "" }) => isPerson(manager, managers))) return [];
  const added: Difference[] = [];
  let top: Place | undefined;
  for (const owned of owners.leaves()) {
    if (top && isWithin(owned.place, top)) continue;
    if (!owned.owners.every(({ manager }) => isPerson(manager, managers))) continue;
    const addition = additionAt(object, live, owned, isScaled);
    if (!addition) continue;
    top = owned.place;
    added.push(addition);
  }
  return added;
}

/** What stands at a place beyond the manifest; undefined for what the manifest says, and for what says nothing. */
function additionAt(
  wanted: KubernetesObject,
  live: LiveObject,
  { place, owners }: OwnedPlace,
  isScaled: boolean,
): Difference | undefined {
  if (isBeside(place) || !owners.some((owner) => isOfSpec(owner, place, isScaled))) return undefined;
  if (isOfEntries(place) || valueAtPlace(wanted, place) !== undefined) return undefined;
  const actual = valueAtPlace(live, place);
  const around = valueAtPlace(live, place.slice(0, -1));
  if (telling(nameOf(place), actual, mapAt(around, [])) === undefined) return undefined;
  return { place, expected: undefined, actual };
}

/** Status, and all metadata but labels and annotations: controllers and the server keep their books there. */
function isBeside(place: Place): boolean {
  const [first, second] = place.map((step) => ("field" in step ? step.field : undefined));
  if (first === "metadata") return second !== "labels" && second !== "annotations";
  return first === undefined || first === "status";
}

/** Maps whose entries are told one by one: tools keep their notes between those of people. */
const OF_ENTRIES = new Set(["labels", "annotations", "data", "binaryData"]);

function isOfEntries(place: Place): boolean {
  const step = place.at(-1);
  return step !== undefined && "field" in step && OF_ENTRIES.has(step.field);
}

/** Written as part of the object; of subresources, the number of replicas, which is how `kubectl scale` writes it. */
function isOfSpec({ subresource }: Owner, place: Place, isScaled: boolean): boolean {
  const isReplicas = place.length === 2 && nameOf(place) === "replicas";
  if (isReplicas && isScaled) return false;
  return subresource === undefined || (subresource === "scale" && isReplicas);
}

/** The name of the field that a place is, or that the list is which it is an item of. */
function nameOf(place: Place): string {
  const field = place.findLast((step) => "field" in step);
  return field && "field" in field ? field.field : "";
}

/**
 * Who has written beyond the manifest and is neither known as a controller nor as a person: their additions are not told,
 * but that there are some is.
 */
export function strangersAt(
  { object }: Pick<WantedObject, "object">,
  live: LiveObject,
  owners: Owners,
  managers: readonly string[] = [],
): ReadonlySet<string> {
  const isStranger = ({ manager = "" }: { manager?: string }) =>
    !isDeployer(manager) && !isController(manager) && !isPerson(manager, managers);
  const strangers = new Set<string>();
  if (!live.metadata.managedFields?.some(isStranger)) return strangers;
  for (const owned of owners.leaves()) {
    if (!owned.owners.every(isStranger) || !additionAt(object, live, owned, false)) continue;
    for (const { manager } of owned.owners) strangers.add(manager);
  }
  return strangers;
}
