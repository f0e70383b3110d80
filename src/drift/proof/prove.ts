import { isDeepStrictEqual } from "node:util";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { objectId, objectText } from "../model.ts";
import type { Difference, LiveObject, WantedObject } from "../objects/model.ts";
import { pointerOf, valueAtPlace } from "../objects/place.ts";
import { isPassing, reasonOf } from "./refusal.ts";
import { schemaPath, unknownFields, without } from "./unknown-fields.ts";

/** What became of suspicions about one object. */
export interface Proof {
  /** Those that the API server confirms, or may not be asked about. */
  proved: readonly Difference[];
  /** Why the server has no opinion; holds nothing of the object. */
  unproved?: string;
  /** Why it gave no answer this time: nothing is known, and the same question may be answered later. */
  unread?: string;
  /** The server does not take the manifest as it is: an upgrade would fail here too. */
  refused?: true;
  /** The object was deleted, or made anew, since it was read. */
  gone?: true;
  notes: readonly string[];
}

/** As Helm calls itself; what it would own then is nothing that a dry run keeps. */
const HELM = "helm";

/**
 * Asks the API server what it would make of a release's object (server-side apply as a dry run; nothing is written), and
 * keeps the differences that this would change. What stays as it is now is a default, another way to write the same, or
 * the work of an admission webhook.
 */
export async function prove(
  kubernetes: Pick<Kubernetes, "pathOf" | "dryRunApply">,
  { object }: Pick<WantedObject, "object">,
  live: LiveObject,
  differences: readonly Difference[],
): Promise<Proof> {
  if (differences.length === 0) return NOTHING;
  try {
    const path = await kubernetes.pathOf(object, live.metadata.namespace ?? "");
    if (!path) return { ...NOTHING, gone: true };
    const ask: Ask = (wanted) => kubernetes.dryRunApply(path, ofSameObject(wanted, live), HELM);
    return await proofOf(ask, object, live, differences);
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    return withoutProof(thrown, differences);
  }
}

type Ask = (wanted: KubernetesObject) => Promise<KubernetesObject>;

const NOTHING: Proof = { proved: [], notes: [] };

async function proofOf(
  ask: Ask,
  object: KubernetesObject,
  live: LiveObject,
  differences: readonly Difference[],
): Promise<Proof> {
  const { first, wanted, known, notes } = await askOfKnown(ask, object, live, differences);
  const suspicious = known.filter((each) => !isSame(each, first, live));
  if (suspicious.length === 0) return { proved: [], notes };
  const second = await ask(wanted);
  const [settled, unsettled] = partition(suspicious, (each) => isSame(each, first, second));
  return { proved: settled, notes: [...notes, ...unsettled.map((each) => unsettledNote(each, live))] };
}

/**
 * The server's answer to the object; where it refuses fields that it does not know, to the object without them. They
 * cannot be in the cluster, whatever is deployed.
 */
async function askOfKnown(
  ask: Ask,
  object: KubernetesObject,
  live: LiveObject,
  differences: readonly Difference[],
): Promise<{
  first: KubernetesObject;
  wanted: KubernetesObject;
  known: readonly Difference[];
  notes: readonly string[];
}> {
  try {
    return { first: await ask(object), wanted: object, known: differences, notes: [] };
  } catch (thrown) {
    const paths = thrown instanceof RefusedError ? unknownFields(thrown.message) : [];
    const isUnknown = ({ place }: Difference) => paths.includes(schemaPath(place));
    const [unknown, known] = partition(differences, isUnknown);
    if (unknown.length === 0) throw thrown;
    const wanted = unknown.reduce<unknown>((rest, { place }) => without(rest, place), object);
    const again = await askOfKnown(ask, wanted as KubernetesObject, live, known);
    return { ...again, notes: [...unknown.map((each) => unknownNote(each, live)), ...again.notes] };
  }
}

/** Of an object that is gone, or another of its name, the server says that it is not this one. */
function ofSameObject(wanted: KubernetesObject, { metadata: { uid } }: LiveObject): KubernetesObject {
  return uid === undefined ? wanted : { ...wanted, metadata: { ...wanted.metadata, uid } };
}

function isSame({ place }: Difference, a: KubernetesObject, b: KubernetesObject): boolean {
  return isDeepStrictEqual(valueAtPlace(a, place), valueAtPlace(b, place));
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function unsettledNote({ place }: Difference, live: LiveObject): string {
  return `an admission webhook gives ${pointerOf(place)} of ${objectText(objectId(live))} another value with every write: it is not compared`;
}

function unknownNote({ place }: Difference, live: LiveObject): string {
  return `the cluster knows no ${pointerOf(place)} of ${objectText(objectId(live))}: what the chart says there has no effect`;
}

function withoutProof(error: RefusedError, differences: readonly Difference[]): Proof {
  const { status, message, problems } = error;
  // Gone, or another object of this name.
  if (status === 404 || status === 409 || (status === 422 && /metadata\.uid: Invalid/.test(message)))
    return { ...NOTHING, gone: true };
  const reason = reasonOf(error);
  if (isPassing(error)) return { ...NOTHING, unread: reason };
  const refused =
    status === 422 || (status === 403 && problems[0]?.hint?.startsWith("a rule of this cluster"));
  return {
    proved: differences,
    unproved: reason,
    ...(refused ? { refused } : {}),
    notes: [],
  };
}
