import { UserError } from "../core/errors.ts";
import { dangersOf } from "../plan/danger-list.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import type { PlanFile } from "../plan/file.ts";
import type { Plan, PlannedObject } from "../plan/model.ts";
import { refuseStalePlan } from "../plan/verify.ts";

/**
 * Lets a plan pass when it is the approved one, or, without an approval, when nothing in it asks for one.
 * @throws UserError naming what has moved since the approval, or each danger that only an approved plan may run into
 */
export function approve(plan: ClusterPlan, approved: PlanFile | undefined, now: Date): void {
  if (approved) {
    refuseStalePlan(approved, plan, now);
    return;
  }
  const stops = dangersOf(plan).filter(({ danger }) => danger.severity === "stop");
  if (stops.length === 0) return;
  throw new UserError(
    stops.map(({ where, object, danger }) => ({
      message: `${[where, object].filter((each) => each !== undefined).join(", ")}: ${danger.message}`,
      hint: [
        danger.hint,
        "if that is meant, run with `mode: plan`, have the plan approved, and hand it over as `plan`",
      ]
        .filter((each) => each !== undefined)
        .join("; "),
    })),
  );
}

/** Objects that an approved plan makes anew, by component: Kubernetes takes no change of theirs in place. */
export function replacedObjects(
  plan: Plan,
  approved: PlanFile | undefined,
): ReadonlyMap<string, readonly PlannedObject[]> {
  if (!approved) return new Map();
  return new Map(
    plan.releases.map(({ component, objects }) => [
      component,
      objects.filter(({ action, hook }) => action === "replace" && !hook),
    ]),
  );
}
