import { UserError } from "../core/errors.ts";
import type { ClusterPlan } from "../plan/digest.ts";
import type { PlanFile } from "../plan/file.ts";
import type { Danger, Plan, PlannedObject } from "../plan/model.ts";
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
    stops.map(({ place, danger }) => ({
      message: `${place}: ${danger.message}`,
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

/** All dangers of a plan with the place each concerns. */
export function dangersOf(plan: Plan): { place: string; danger: Danger }[] {
  const ofObjects = (component: string, objects: readonly PlannedObject[]) =>
    objects.flatMap(({ kind, name, dangers }) =>
      dangers.map((danger) => ({ place: `${component}: ${kind.toLowerCase()}/${name}`, danger })),
    );
  return [
    ...plan.releases.flatMap(({ component, dangers, objects }) => [
      ...dangers.map((danger) => ({ place: component, danger })),
      ...ofObjects(component, objects),
    ]),
    ...plan.manifests.flatMap(({ component, objects }) => ofObjects(component, objects)),
  ];
}
