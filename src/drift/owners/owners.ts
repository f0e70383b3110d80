import type { LiveObject, Owner, Place } from "../objects/model.ts";
import { type FieldNode, fieldTree, keyOf, type Writer } from "./fields.ts";
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
  let around: readonly Writer[] = [];
  for (const step of place) {
    const child = node.children.get(keyOf(step));
    if (!child) return last(others(around)) ?? last(around);
    node = child;
    const whole = node.writers.filter((writer) => writer.whole);
    if (whole.length > 0) around = whole;
  }
  const candidates = [node.writers, writersWithin(node), around];
  return [...candidates.map(others), ...candidates].map(last).find((owner) => owner !== undefined);
}

function others(writers: readonly Writer[]): Writer[] {
  return writers.filter(({ manager }) => !isDeployer(manager));
}

/** Of a place and all that lies below it. */
function writersWithin(node: FieldNode): Writer[] {
  return [...node.writers, ...[...node.children.values()].flatMap(writersWithin)];
}

/** Those without a time come last. */
function last(writers: readonly Writer[]): Owner | undefined {
  const [latest] = [...writers].sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""));
  if (!latest) return undefined;
  const { whole: _, ...owner } = latest;
  return owner;
}

function* placesBelow(node: FieldNode, place: Place): Generator<OwnedPlace> {
  if (node.writers.length > 0) yield { place, owners: node.writers };
  for (const child of node.children.values())
    if (child.step) yield* placesBelow(child, [...place, child.step]);
}
