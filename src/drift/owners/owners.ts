import type { LiveObject, Owner, Place } from "../objects/model.ts";
import { type FieldNode, fieldTree, keyOf } from "./fields.ts";
import { isDeployer } from "./people.ts";

/** A place that somebody has written, and everybody who has. */
export interface OwnedPlace {
  place: Place;
  owners: readonly Owner[];
}

/** Who has written which field of a live object. */
export interface Owners {
  /**
   * The last writer of a place, or of the nearest one around it that is only ever written as a whole. Anybody else comes
   * before the deployment where both own it. Undefined for what nobody holds: whoever takes a field away leaves no name.
   */
  at(place: Place): Owner | undefined;
  /** All places that somebody has written, each before what lies below it. */
  leaves(): Iterable<OwnedPlace>;
}

/** Reads the field managers of an object; not before they are asked for. */
export function ownersOf(live: LiveObject): Owners {
  let tree: FieldNode | undefined;
  const root = () => {
    tree ??= fieldTree(live.metadata.managedFields ?? []);
    return tree;
  };
  return { at: (place) => ownerAt(root(), place), leaves: () => placesBelow(root(), []) };
}

function ownerAt(root: FieldNode, place: Place): Owner | undefined {
  let node = root;
  for (const step of place) {
    const child = node.children.get(keyOf(step));
    // What is written as a whole has nothing below it; a map that has lost all that was in it looks the same.
    if (!child) return node.children.size === 0 ? preferred([node.writers]) : undefined;
    node = child;
  }
  return preferred([node.writers, writersWithin(node)]);
}

/** The last of the others in the first of these groups that has some, or else of the deployment. */
function preferred(groups: readonly (readonly Owner[])[]): Owner | undefined {
  return [...groups.map(others), ...groups].map(last).find((owner) => owner !== undefined);
}

function others(writers: readonly Owner[]): Owner[] {
  return writers.filter(({ manager }) => !isDeployer(manager));
}

/** Of a place and all that lies below it. */
function writersWithin(node: FieldNode): Owner[] {
  return [...node.writers, ...[...node.children.values()].flatMap(writersWithin)];
}

/** Those without a time come last. */
function last(writers: readonly Owner[]): Owner | undefined {
  return [...writers].sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""))[0];
}

function* placesBelow(node: FieldNode, place: Place): Generator<OwnedPlace> {
  if (node.writers.length > 0) yield { place, owners: node.writers };
  for (const child of node.children.values())
    if (child.step) yield* placesBelow(child, [...place, child.step]);
}
