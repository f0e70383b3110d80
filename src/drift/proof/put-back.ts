import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { objectId, objectText } from "../model.ts";
import type { Difference, LiveObject } from "../objects/model.ts";
import { pointerOf, valueAtPlace } from "../objects/place.ts";
import { isPassing, reasonOf } from "./refusal.ts";
import { without } from "./unknown-fields.ts";

/** What became of additions under the name of a person. */
export interface Settled {
  additions: readonly Difference[];
  /** Why the server could not be asked for the moment. */
  unread?: string;
  notes: readonly string[];
}

/**
 * The additions that stay away once they are taken away. What an admission webhook adds bears the name of whoever's
 * write it changed; taken away in a dry run, it is back at once. Where the server may not be asked, all stay.
 */
export async function withoutPutBack(
  kubernetes: Pick<Kubernetes, "pathOf" | "replace">,
  live: LiveObject,
  additions: readonly Difference[],
): Promise<Settled> {
  if (additions.length === 0) return { additions, notes: [] };
  try {
    const path = await kubernetes.pathOf(live, live.metadata.namespace ?? "");
    if (path === undefined) return { additions, notes: [] };
    const answer = await kubernetes.replace(path, bare(live, additions), { dryRun: true });
    const isBack = ({ place }: Difference) => valueAtPlace(answer, place) !== undefined;
    return {
      additions: additions.filter((each) => !isBack(each)),
      notes: additions.filter(isBack).map((each) => putBackNote(each, live)),
    };
  } catch (thrown) {
    if (!(thrown instanceof RefusedError)) throw thrown;
    return isPassing(thrown)
      ? { additions: [], unread: reasonOf(thrown), notes: [] }
      : { additions, notes: [] };
  }
}

function bare(live: LiveObject, additions: readonly Difference[]): KubernetesObject {
  const rest = additions.reduce<unknown>((object, { place }) => without(object, place), live);
  const { metadata, ...fields } = rest as LiveObject;
  const { managedFields: _, ...kept } = metadata;
  return { ...fields, metadata: kept } as KubernetesObject;
}

function putBackNote({ place }: Difference, live: LiveObject): string {
  return `${pointerOf(place)} of ${objectText(objectId(live))} is back as soon as it is taken away: an admission webhook adds it, whoever seems to have`;
}
