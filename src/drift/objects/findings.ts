import type { ComponentUse } from "../../environment/model.ts";
import { type Finding, type ObjectId, objectId, objectText, ownerOf } from "../model.ts";
import type { Owners } from "../owners/owners.ts";
import type { Shown } from "../shown.ts";
import { isCustom, upgradeRepairs } from "../upgrade-repairs.ts";
import type { Difference, LiveObject, WantedObject } from "./model.ts";
import { pointerOf } from "./place.ts";

/** What there is to say about differences of one object. */
export interface About {
  wanted: WantedObject;
  live: LiveObject;
  owners: Owners;
  shown: Shown;
  /** Why the server could not be asked for its opinion. */
  unproved?: string | undefined;
  /** The server does not take the manifest: an upgrade fails. */
  refused?: true | undefined;
}

/** A field of the manifest that is otherwise in the cluster. */
export function modifiedFinding(about: About, { place, expected, actual }: Difference): Finding {
  const { wanted, owners, shown, unproved, refused } = about;
  const owner = owners.at(place);
  const { applyMethod } = wanted.record;
  const repair = { applyMethod, isCustom: isCustom(wanted.object.apiVersion), place, owner };
  const repairs = refused ? false : upgradeRepairs({ kind: "modified", ...repair });
  const path = shown.text(pointerOf(place));
  const hint = refused
    ? `an upgrade would fail: ${unproved}`
    : modifiedHint(repairs, owner?.manager, applyMethod);
  const what = actual === undefined ? "is gone" : "is not what the release says";
  return {
    ...subject("modified", wanted),
    path,
    ...shown.values({ place, expected, actual }),
    ...(owner ? { manager: owner.manager } : {}),
    ...(owner?.time === undefined ? {} : { since: owner.time }),
    upgradeRepairs: repairs,
    message: `${placeOf(wanted)}: ${path} ${what}`,
    ...(hint === undefined ? {} : { hint }),
    ...(unproved === undefined ? {} : { proved: false }),
  };
}

function modifiedHint(
  repairs: boolean | "conflict",
  manager: string | undefined,
  applyMethod: "client" | "server",
): string | undefined {
  const keep = "set it back by hand, or put the new value into the override files";
  if (repairs === "conflict") return `Helm is refused what ${manager ?? "somebody else"} owns: ${keep}`;
  if (repairs) return undefined;
  const why = applyMethod === "client" ? "of custom resources Helm compares its own manifests alone: " : "";
  return `${why}${keep}`;
}

/** What somebody has added to an object of the release. */
export function addedFinding({ wanted, owners, shown }: About, difference: Difference): Finding {
  const { place } = difference;
  const owner = owners.at(place);
  const path = shown.text(pointerOf(place));
  return {
    ...subject("foreign-added", wanted),
    path,
    ...shown.values(difference),
    ...(owner ? { manager: owner.manager } : {}),
    ...(owner?.time === undefined ? {} : { since: owner.time }),
    upgradeRepairs: false,
    message: `${placeOf(wanted)}: ${path} was added by hand`,
    hint: "no upgrade takes it away: remove it by hand, or put it into the override files",
  };
}

/** An object that is not there. */
export function missingFinding(wanted: WantedObject): Finding {
  const { object } = wanted;
  const holdsData = object.kind === "PersistentVolumeClaim";
  return {
    ...subject("missing", wanted),
    upgradeRepairs: true,
    message: `${placeOf(wanted)} is gone`,
    ...(holdsData
      ? { hint: "an upgrade makes a new one, which is empty: restore its data from a backup" }
      : {}),
  };
}

/** An object that somebody has deleted and that is still there. */
export function deletingFinding(wanted: WantedObject, live: LiveObject): Finding {
  const { deletionTimestamp } = live.metadata;
  const { finalizers = [] } = live.metadata as { finalizers?: readonly string[] };
  const held = finalizers.length > 0 ? ` (held by ${finalizers.join(", ")})` : "";
  return {
    ...subject("missing", wanted),
    actual: "is being deleted",
    ...(deletionTimestamp ? { since: deletionTimestamp } : {}),
    // What an upgrade writes to it goes with it.
    upgradeRepairs: false,
    message: `${placeOf(wanted)} is being deleted`,
    hint: `wait until it is gone${held}; an upgrade then makes it again`,
  };
}

/** A namespace that is not there, or is on its way: one finding for all that is in it. */
export function namespaceFinding(name: string, lost: readonly WantedObject[], deletedAt?: string): Finding[] {
  const [first] = lost;
  if (!first) return [];
  const releases = [...new Set(lost.map(({ use }) => use))];
  const own = releases.some(({ namespace }) => namespace === name);
  const named = releases.map(({ id, tenant }) => (tenant ? `${id} (${tenant})` : id)).join(", ");
  const hint =
    deletedAt === undefined
      ? own
        ? undefined
        : "no deployment makes this namespace: make it by hand, then upgrade"
      : `wait until it is gone (\`kubectl get namespace ${name} -o yaml\` says what holds it); a deployment then makes it again`;
  return [
    {
      class: "missing",
      ...ownerOf(first.use),
      object: { apiVersion: "v1", kind: "Namespace", name },
      ...(deletedAt === undefined ? {} : { actual: "is being deleted", since: deletedAt }),
      upgradeRepairs: deletedAt === undefined && own,
      message: `${first.use.id}: namespace ${name} is ${deletedAt === undefined ? "gone" : "being deleted"}, with ${lost.length === 1 ? "one object" : `${lost.length} objects`} of ${named}`,
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}

/** A kind that the cluster does not know any more: one finding for all objects of it. */
export function unknownKindFinding(
  { apiVersion, kind, instead }: { apiVersion: string; kind: string; instead?: string },
  lost: readonly { use: ComponentUse; object: ObjectId }[],
): Finding[] {
  const [first] = lost;
  if (!first) return [];
  const named = [...new Set(lost.map(({ use }) => use.id))].join(", ");
  const count = lost.length === 1 ? "one object" : `${lost.length} objects`;
  const about = { ...ownerOf(first.use), object: first.object, upgradeRepairs: false };
  if (instead === undefined) {
    const message = `${first.use.id}: the cluster does not know ${kind} of ${apiVersion} any more, ${count} of ${named} went with it`;
    const hint =
      "install what defines this kind again (`kubectl apply -f` of the chart's crds/); until then Helm cannot upgrade the release";
    return [{ ...about, class: "missing", message, hint }];
  }
  const message = `${first.use.id}: the cluster serves ${kind} as ${instead} and no more as ${apiVersion}, which ${count} of ${named} were written in: Helm can neither compare nor upgrade them`;
  const hint = `take a version of the chart that writes ${instead}, after mapping the record (\`helm mapkubeapis\`)`;
  return [{ ...about, class: "release", message, hint }];
}

function subject(of: Finding["class"], { use, object }: WantedObject) {
  return { class: of, ...ownerOf(use), object: objectId(object) };
}

/** `control-plane: Deployment clearml/clearml-apiserver` */
function placeOf({ use, object }: WantedObject): string {
  return `${use.id}: ${objectText(objectId(object))}`;
}
