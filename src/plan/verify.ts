import { type Problem, UserError } from "../core/errors.ts";
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
  const both = approved.cluster && current.cluster;
  const known = Boolean(approved.cluster?.id && current.cluster?.id);
  const same = known
    ? approved.cluster?.id === current.cluster?.id
    : approved.cluster?.server === current.cluster?.server;
  if (both && !same) refuse("cluster", shownCluster(approved), shownCluster(current));
  else if (!both && clusterName(approved.cluster) !== clusterName(current.cluster)) {
    refuse("cluster", shownCluster(approved), shownCluster(current));
  }
}

function shownCluster({ cluster }: { cluster?: ClusterPlan["cluster"] | undefined }): string {
  if (!cluster) return "none";
  return cluster.id ? `${cluster.server} (${cluster.id})` : cluster.server;
}

function quoted(name: string | undefined): string {
  return name === undefined ? "none" : `\`${name}\``;
}
