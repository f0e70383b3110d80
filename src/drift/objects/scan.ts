import pLimit from "p-limit";
import { plural } from "../../core/plural.ts";
import { shortList } from "../../core/short-list.ts";
import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { strangersAt } from "../foreign/additions.ts";
import { type Found, type Scan, together } from "../model.ts";
import { ownersOf } from "../owners/owners.ts";
import { unreadFor } from "../unread.ts";
import { placedSecrets } from "../values/placed-secrets.ts";
import { liveObject, settleAbsent } from "./absent.ts";
import { unknownKindFinding } from "./findings.ts";
import { judge, secretsIn } from "./judge.ts";
import { type Kinds, kindKey, readKinds } from "./kinds.ts";
import type { Asking } from "./lists.ts";
import type { LiveObject, WantedObject } from "./model.ts";
import { kindsBeside, type Pair, readPresent } from "./present.ts";
import { type Draft, readManifests, wantedObjects } from "./wanted.ts";

/** Requests at a time. */
const PARALLEL = 8;
const MOST_NAMED = 5;

/**
 * Compares the objects of all releases with what their manifests say: one list for each kind, and requests for single
 * objects only where something seems wrong. Of what could not be read nothing is said but that.
 */
export async function scanObjects(
  scan: Scan,
  records: ReadonlyMap<ComponentUse, ReleaseRecord>,
): Promise<Found & { wanted: readonly WantedObject[] }> {
  const manifests = readManifests(records);
  const asking: Asking = { kubernetes: scan.kubernetes, slot: pLimit(PARALLEL) };
  const hookJobs = manifests.hooks.filter(({ item }) => item.kind === "Job");
  const names = manifests.objects.map(({ item }) => item);
  const kinds = await readKinds(asking, names, kindsBeside(manifests.objects, hookJobs));
  const wanted = wantedObjects(manifests.objects, kinds.served);
  const present = await readPresent(asking, wanted, hookJobs, kinds.served);
  const settled = await settleAbsent(asking, present, kinds.served);
  const judging = {
    ...{ scan, asking, scaled: present.scaled },
    secretsOf: secretsByRelease(scan, wanted),
    again: (each: WantedObject) => liveObject(asking, each, kinds.served.get(kindKey(each.object))),
  };
  const judged = await Promise.all(settled.pairs.map((pair) => judge(judging, pair)));
  const unreadable = manifests.unreadable.map(({ use, error }) =>
    unreadFor(`manifest of release ${use.namespace}/${use.release}`, error),
  );
  const beside: Found = {
    findings: kinds.unknown.flatMap((kind) => unknownKindFindings(kind, manifests.objects)),
    unread: [...unreadable, ...kinds.unread, ...present.unread],
    notes: [...hookNotes(present.leftHooks), ...strangerNotes(settled.pairs, scan.options.managers)],
  };
  return { ...together([beside, settled, ...judged]), wanted };
}

function unknownKindFindings(kind: Kinds["unknown"][number], drafts: readonly Draft[]) {
  const lost = drafts.filter(({ item }) => kindKey(item) === kindKey(kind));
  return unknownKindFinding(
    kind,
    lost.map(({ use, item: { apiVersion, kind: of, namespace, name } }) => ({
      use,
      object: { apiVersion, kind: of, ...(namespace === undefined ? {} : { namespace }), name },
    })),
  );
}

/** Texts of a release that are secret though nothing at their places says so; collected when they are first asked for. */
function secretsByRelease(
  scan: Pick<Scan, "environment">,
  wanted: readonly WantedObject[],
): (of: WantedObject) => readonly string[] {
  const known = new Map<ReleaseRecord, readonly string[]>();
  return ({ use, record }) => {
    const texts = known.get(record) ?? [
      ...placedSecrets(scan, use, record.values),
      ...wanted.filter((each) => each.record === record).flatMap(({ object }) => secretsIn(object)),
    ];
    known.set(record, texts);
    return texts;
  };
}

function hookNotes(left: readonly LiveObject[]): string[] {
  if (left.length === 0) return [];
  const names = left.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return [`Jobs that hooks of releases have left, which is no drift: ${shortList(names, MOST_NAMED)}`];
}

/** Who writes to objects of releases beyond their manifests, and is known neither as a person nor as a controller. */
function strangerNotes(pairs: readonly Pair[], managers: readonly string[]): string[] {
  const objects = new Map<string, number>();
  for (const { wanted, live } of pairs)
    for (const manager of strangersAt(wanted, live, ownersOf(live), managers))
      objects.set(manager, (objects.get(manager) ?? 0) + 1);
  if (objects.size === 0) return [];
  const named = [...objects].map(([manager, count]) => `${manager} (${plural(count, "object")})`);
  return [
    `${shortList(named, MOST_NAMED)} ${named.length === 1 ? "writes" : "write"} to objects of releases beyond their manifests, which counts as the work of controllers: field managers that stand for people belong into the input \`managers\``,
  ];
}
