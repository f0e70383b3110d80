import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { looksRandom, soundsSecret } from "../../lint/facts/secret-names.ts";
import { mapAt } from "../../plan/manifest.ts";
import { compareObject } from "../compare/object.ts";
import { foreignAdditions } from "../foreign/additions.ts";
import { type Found, NOTHING, objectId, objectText, type Scan } from "../model.ts";
import { ownersOf } from "../owners/owners.ts";
import { prove } from "../proof/prove.ts";
import { withoutPutBack } from "../proof/put-back.ts";
import { type Shown, shownOf } from "../shown.ts";
import { addedFinding, missingFinding, modifiedFinding } from "./findings.ts";
import type { Asking } from "./lists.ts";
import type { Difference, LiveObject, WantedObject } from "./model.ts";
import { isWithin } from "./place.ts";
import type { Pair } from "./present.ts";

/** What is known beside the object. */
export interface Judging {
  scan: Scan;
  asking: Asking;
  scaled: ReadonlySet<string>;
  /** What else may stand in objects of the same release and is secret: what its Secrets hold, what the files put there. */
  secretsOf(wanted: WantedObject): readonly string[];
  /** The object as it is by now. */
  again(wanted: WantedObject): Promise<LiveObject | undefined>;
}

/** What has drifted in one object. The server is asked for its opinion of what is otherwise, not of what is as it was. */
export async function judge(judging: Judging, { wanted, live }: Pair, isSecondLook = false): Promise<Found> {
  const { scan, asking, scaled } = judging;
  const { managers } = scan.options;
  const differences = compareObject(wanted, live, { scaled, managers });
  const owners = ownersOf(live);
  const isScaled = scaled.has(wanted.identity);
  const added = foreignAdditions(wanted, live, owners, { managers, isScaled }).filter(
    (each) => !isWithinAny(each, differences),
  );
  if (differences.length === 0 && added.length === 0) return NOTHING;
  const [proof, { additions, ...settled }] = await Promise.all([
    asking.slot(() => prove(asking.kubernetes, wanted, live, differences)),
    asking.slot(() => withoutPutBack(asking.kubernetes, live, added)),
  ]);
  if (proof.gone) return isSecondLook ? restless(wanted) : lookAgain(judging, wanted);
  const shown: Shown = shownOf(scan, wanted, live, judging.secretsOf(wanted));
  const reason = proof.unread ?? settled.unread;
  const about = { wanted, live, owners, shown, unproved: proof.unproved, refused: proof.refused };
  return {
    findings: [
      ...proof.proved.map((each) => modifiedFinding(about, each)),
      ...additions.map((each) => addedFinding(about, each)),
    ],
    unread: reason === undefined ? [] : [{ scope: objectText(objectId(wanted.object)), reason }],
    notes: [...proof.notes, ...settled.notes],
  };
}

/** Somebody deletes it, or makes it anew, right now. */
async function lookAgain(judging: Judging, wanted: WantedObject): Promise<Found> {
  const live = await judging.again(wanted);
  if (live) return judge(judging, { wanted, live }, true);
  return { ...NOTHING, findings: [missingFinding(wanted)] };
}

function restless(wanted: WantedObject): Found {
  const reason = "it is made anew again and again while it is looked at: run this again later";
  return { ...NOTHING, unread: [{ scope: objectText(objectId(wanted.object)), reason }] };
}

/** What a difference tells already is no addition as well. */
function isWithinAny({ place }: Difference, differences: readonly Difference[]): boolean {
  return differences.some((each) => isWithin(place, each.place));
}

/** What is secret in a Secret of a manifest, as it may stand elsewhere: a user name is not, nor is a word. */
export function secretsIn(object: KubernetesObject): string[] {
  if (object.kind !== "Secret") return [];
  return Object.entries(mapAt(object, ["data"])).flatMap(([key, data]) => {
    const text = Buffer.from(String(data), "base64").toString();
    return text.length >= 8 && (soundsSecret(key) || looksRandom(text)) ? [text] : [];
  });
}
