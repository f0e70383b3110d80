import { type Problem, UserError } from "../core/errors.ts";
import { shortList } from "../core/short-list.ts";
import { type ClusterPlan, clusterName, objectWork, plainObjectWork, planDigest, rules } from "./digest.ts";
import { type PlanFile, planOf } from "./file.ts";
import type { ObjectsPlan, Plan, PlannedObject, ReleasePlan } from "./model.ts";

const MAKE_ANEW = "make a new plan with `mode: plan` and have that one approved";
/** Named of a release's objects, and of the releases that have moved. */
const NAMED = { objects: 3, moved: 20 } as const;

/**
 * Lets only that be done which was approved: the plan made now must be the same work.
 * @throws UserError that names what has moved since, release by release
 */
export function refuseStalePlan(approved: PlanFile, current: ClusterPlan, now: Date): void {
  refuseOther(approved, current);
  const expires = new Date(approved.expires);
  if (now >= expires) {
    throw new UserError({
      message: `the approved plan has expired: it was made ${shownTime(approved.generatedAt)} and could be applied until ${shownTime(approved.expires)}`,
      hint: MAKE_ANEW,
    });
  }
  if (approved.digest === planDigest(current)) return;
  const moved = movedSince(planOf(approved), current);
  const rest = moved.length - NAMED.moved;
  throw new UserError([
    { message: "the approved plan no longer fits: things have moved since it was made", hint: MAKE_ANEW },
    ...moved.slice(0, NAMED.moved).map((message): Problem => ({ message })),
    ...(rest > 0 ? [{ message: `${rest} more have moved` }] : []),
  ]);
}

/** A plan of something else is no plan of this. */
function refuseOther(approved: PlanFile, current: ClusterPlan): void {
  const refuse = (what: string, was: string, is: string) => {
    throw new UserError({
      message: `the approved plan is for ${what} ${was}, this run is for ${is}`,
      hint: "give the plan that was made for this one",
    });
  };
  if (approved.environment !== current.environment) {
    refuse("environment", quoted(approved.environment), quoted(current.environment));
  }
  if (approved.tenant !== current.tenant) {
    refuse("tenant", quoted(approved.tenant), quoted(current.tenant));
  }
  if (clusterName(approved.cluster) !== clusterName(current.cluster)) {
    refuse("cluster", shownCluster(approved.cluster), shownCluster(current.cluster));
  }
}

function shownCluster(cluster: PlanFile["cluster"]): string {
  if (!cluster) return "an unknown one";
  return cluster.id ? `${cluster.server} (${cluster.id})` : cluster.server;
}

function quoted(name: string | undefined): string {
  return name === undefined ? "none" : `\`${name}\``;
}

/** What differs, in words: one line for each release, set of objects and tenant. */
function movedSince(approved: Plan, current: Plan): string[] {
  return [
    ...differences(approved.releases, current.releases, releaseName, releaseChanges),
    ...differences(approved.manifests, current.manifests, manifestName, (was, is) =>
      objectChanges(was.objects, is.objects, plainObjectWork),
    ),
    ...differences(
      approved.tenants,
      current.tenants,
      ({ name }) => `tenant ${name}`,
      (was, is) => (JSON.stringify(was) === JSON.stringify(is) ? [] : [stepsChange(was, is)]),
    ),
  ];
}

/** Pairs by name what was approved with what there is now. */
function differences<T>(
  approved: readonly T[],
  current: readonly T[],
  nameOf: (item: T) => string,
  changesOf: (was: T, is: T) => string[],
): string[] {
  const now = new Map(current.map((item) => [nameOf(item), item]));
  const before = new Set(approved.map(nameOf));
  const kept = approved.flatMap((was) => {
    const name = nameOf(was);
    const is = now.get(name);
    const changes = is ? changesOf(was, is) : ["is no longer part of the plan"];
    return changes.length === 0 ? [] : [`${name}: ${changes.join("; ")}`];
  });
  const added = [...now.keys()].filter((name) => !before.has(name));
  return [...kept, ...added.map((name) => `${name}: was not part of the approved plan`)];
}

function releaseName({ namespace, release, tenant }: ReleasePlan): string {
  return `${tenant === undefined ? "" : `tenant ${tenant}, `}${namespace}/${release}`;
}

function manifestName({ component, tenant }: ObjectsPlan): string {
  return `${tenant === undefined ? "" : `tenant ${tenant}, `}${component}`;
}

function releaseChanges(was: ReleasePlan, is: ReleasePlan): string[] {
  const changes = [...revisionChange(was, is), ...actionChange(was, is)];
  if (was.component !== is.component) changes.push(`is now component ${is.component}, was ${was.component}`);
  if (was.valuesDigest !== is.valuesDigest) changes.push("values changed since");
  // What is left alone by both is not looked at any closer.
  if (was.action === "none" || is.action === "none") return changes;
  const chartOf = ({ chart, chartVersion }: ReleasePlan) => `${chart} ${chartVersion}`;
  if (chartOf(was) !== chartOf(is)) changes.push(`chart is now ${chartOf(is)}, was ${chartOf(was)}`);
  else if (was.chartDigest !== is.chartDigest) {
    changes.push(`chart package changed: there is another ${chartOf(is)} now`);
  }
  return [...changes, ...dangerChange(was, is), ...objectChanges(was.objects, is.objects, objectWork)];
}

function revisionChange(was: ReleasePlan, is: ReleasePlan): string[] {
  if (was.baseRevision === is.baseRevision) return [];
  if (was.baseRevision === 0)
    return [`is at revision ${is.baseRevision}, there was none (someone installed it)`];
  if (is.baseRevision === 0) return [`is gone, the plan was made at revision ${was.baseRevision}`];
  const why = is.baseRevision > was.baseRevision ? "someone upgraded it" : "someone installed it anew";
  return [`revision is ${is.baseRevision}, the plan was made at ${was.baseRevision} (${why})`];
}

function actionChange(was: ReleasePlan, is: ReleasePlan): string[] {
  return was.action === is.action ? [] : [`would now be: ${is.action}, approved: ${was.action}`];
}

function dangerChange(was: ReleasePlan, is: ReleasePlan): string[] {
  const fresh = rules(is).filter((rule) => !rules(was).includes(rule));
  const gone = rules(was).filter((rule) => !rules(is).includes(rule));
  return [
    ...(fresh.length > 0 ? [`new danger: ${fresh.join(", ")}`] : []),
    ...(gone.length > 0 ? [`no longer a danger: ${gone.join(", ")}`] : []),
  ];
}

/** How many objects differ, and the first of them. */
function objectChanges(
  was: readonly PlannedObject[],
  is: readonly PlannedObject[],
  workOf: (object: PlannedObject) => string,
): string[] {
  const before = new Map(was.map((object) => [objectName(object), object]));
  const now = new Map(is.map((object) => [objectName(object), object]));
  const moved = [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [old, fresh] = [before.get(name), now.get(name)];
    if (old && fresh && workOf(old) === workOf(fresh)) return [];
    return [`${name} (${objectChange(old, fresh)})`];
  });
  if (moved.length === 0) return [];
  const count = `${moved.length} ${moved.length === 1 ? "object differs" : "objects differ"}`;
  return [`${count}: ${shortList(moved, NAMED.objects)}`];
}

function objectChange(was: PlannedObject | undefined, is: PlannedObject | undefined): string {
  if (!was) return `now ${is?.action}, was left alone`;
  if (!is) return `now left alone, approved: ${was.action}`;
  if (was.action !== is.action) return `now ${is.action}, approved: ${was.action}`;
  const fresh = rules(is).filter((rule) => !rules(was).includes(rule));
  return fresh.length > 0 ? `new danger: ${fresh.join(", ")}` : `${is.action} in another way`;
}

function objectName({ apiVersion, kind, namespace, name }: PlannedObject): string {
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind}${group} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

type TenantSteps = Plan["tenants"][number];

function stepsChange(was: TenantSteps, is: TenantSteps): string {
  const list = ({ steps }: TenantSteps) =>
    steps.map(({ action, what }) => `${action} ${what}`).join(", ") || "none";
  return `steps are now: ${list(is)}; approved: ${list(was)}`;
}

/** `2026-11-21 14:05 UTC` */
function shownTime(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
