import { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { type KubernetesObject, objectPath } from "../../kubernetes/objects.ts";
import { FIELD_MANAGER } from "../../kubernetes/operations.ts";
import { planManifest } from "../../plan/objects.ts";
import { tagged } from "../../plan/redact.ts";
import { type Finding, type Found, type ObjectId, objectId, ownerOf, type Scan } from "../model.ts";
import type { Difference, LiveObject } from "../objects/model.ts";
import { pointerOf } from "../objects/place.ts";
import { ownersOf } from "../owners/owners.ts";
import { isPerson } from "../owners/people.ts";
import { policyDifferences } from "./compare.ts";
import { placeOf } from "./expected.ts";

const LONGEST = 200;

/** A policy that is not there. */
export function missingPolicy(use: ComponentUse, wanted: KubernetesObject): Finding {
  return {
    ...about(use, "missing", objectId(wanted)),
    upgradeRepairs: true,
    message: `network-isolation: network policy ${placeOf(wanted)} is gone`,
    hint: "connections that it keeps out, or lets in, are as it leaves them until it is written again",
  };
}

/** A namespace of policies that is not there. */
export function goneNamespace(use: ComponentUse, name: string): Finding {
  return {
    ...about(use, "missing", { apiVersion: "v1", kind: "Namespace", name }),
    upgradeRepairs: true,
    message: `network-isolation: namespace ${name} is gone, with its network policies`,
  };
}

/**
 * What somebody has changed in a policy, each place a finding. What an admission webhook makes of it each time it is
 * written is a note: the server is asked, where that is allowed. So is what a program has added.
 */
export async function changedPolicy(
  scan: Scan,
  use: ComponentUse,
  wanted: KubernetesObject,
  live: LiveObject,
): Promise<Pick<Found, "findings" | "notes">> {
  const differences = policyDifferences(wanted, live);
  if (differences.length === 0) return { findings: [], notes: [] };
  const predicted = await predictedPolicy(scan, wanted);
  const remaining = predicted ? policyDifferences(predicted, live) : differences;
  const remains = new Set(remaining.map(({ place }) => pointerOf(place)));
  const causeOf = (each: Difference): "change" | "webhook" | "program" => {
    if (!isAddition(each)) return remains.has(pointerOf(each.place)) ? "change" : "webhook";
    const manager = ownersOf(live).at(each.place)?.manager ?? "";
    return isPerson(manager, scan.options.managers) ? "change" : "program";
  };
  const groups = Map.groupBy(differences, causeOf);
  const note = (group: "webhook" | "program", words: string) => {
    const paths = (groups.get(group) ?? []).map(({ place }) => pointerOf(place)).join(", ");
    return paths === "" ? [] : [`network policy ${placeOf(wanted)}: ${paths} ${words}`];
  };
  return {
    findings: (groups.get("change") ?? []).map((each) =>
      differenceFinding(scan, { use, wanted, live }, each, predicted !== undefined),
    ),
    notes: [
      ...note("webhook", "is what an admission webhook of the cluster makes of it whenever it is written"),
      ...note("program", "was added by a program of the cluster"),
    ],
  };
}

/** Whether a part of a policy was added of which the written one says nothing; other additions change what it says. */
function isAddition({ place, expected }: Difference): boolean {
  return expected === undefined && place.length === 2;
}

/** What the server would make of the policy; undefined where it may not be asked. */
async function predictedPolicy(
  { kubernetes }: Scan,
  wanted: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  try {
    return await kubernetes.dryRunApply(objectPath(wanted), wanted, FIELD_MANAGER);
  } catch (thrown) {
    if (thrown instanceof UserError) return undefined;
    throw thrown;
  }
}

interface Policy {
  use: ComponentUse;
  wanted: KubernetesObject;
  live: LiveObject;
}

function differenceFinding(
  scan: Scan,
  { use, wanted, live }: Policy,
  difference: Difference,
  isProved: boolean,
): Finding {
  const { place, expected, actual } = difference;
  const isAdded = isAddition(difference);
  const path = pointerOf(place);
  const owner = ownersOf(live).at(place);
  // A deployment writes what this finds to be other than wanted; what others have added stays.
  const upgradeRepairs = !isAdded && planManifest(live, wanted) !== undefined;
  const what = isAdded ? "has what nobody asked for at" : "is not what was written at";
  return {
    ...about(use, isAdded ? "foreign-added" : "modified", objectId(wanted)),
    path,
    ...(expected === undefined ? {} : { expected: shown(scan, wanted, expected) }),
    ...(actual === undefined ? {} : { actual: shown(scan, wanted, actual) }),
    ...(owner ? { manager: owner.manager } : {}),
    ...(owner?.time === undefined ? {} : { since: owner.time }),
    upgradeRepairs,
    message: `network-isolation: network policy ${placeOf(wanted)} ${what} ${path}`,
    ...(upgradeRepairs ? {} : { hint: `${deletion(wanted)}, then deploy: it is written anew` }),
    ...(isProved ? {} : { proved: false }),
  };
}

function deletion({ metadata }: KubernetesObject): string {
  return `kubectl -n ${metadata.namespace} delete networkpolicy ${metadata.name}`;
}

function about(use: ComponentUse, of: Finding["class"], object: ObjectId) {
  return { class: of, ...ownerOf(use), object };
}

/**
 * A value as short JSON. Of a policy with a secret of the environment in it all values are: what stands there now may be
 * the secret of before.
 */
function shown({ secrets, tag }: Scan, wanted: KubernetesObject, value: unknown): string {
  const [text, whole] = [JSON.stringify(value), JSON.stringify(wanted)];
  const isSecret = [...secrets.values()].some((secret) => secret !== "" && whole.includes(secret));
  if (isSecret) return tagged(text, tag);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
