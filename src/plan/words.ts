import { plural } from "../core/plural.ts";
import type { ObjectAction, ObjectsPlan, Plan, PlannedObject, ReleaseAction, ReleasePlan } from "./model.ts";

/** Sign and words of what becomes of a release. */
export const RELEASE_WORDS: Readonly<Record<ReleaseAction, { sign: string; todo: string }>> = {
  upgrade: { sign: "🔄", todo: "upgrade" },
  install: { sign: "🆕", todo: "install" },
  repair: { sign: "🩹", todo: "repair" },
  uninstall: { sign: "🗑️", todo: "uninstall" },
  none: { sign: "", todo: "unchanged" },
};

export const OBJECT_ACTIONS: readonly ObjectAction[] = ["delete", "replace", "change", "create"];

/** `3 to upgrade, 1 to install, 22 unchanged; 2 dangers`: a plan in one line. */
export function headline(plan: Plan, dangers: { stop: number; note: number }): string {
  const count = (action: ReleaseAction) => plan.releases.filter((each) => each.action === action).length;
  const steps = plan.tenants.reduce((sum, tenant) => sum + tenant.steps.length, 0);
  const objects = plan.manifests.flatMap((each) => each.objects);
  const deleted = objects.filter(({ action }) => action === "delete").length;
  const written = objects.length - deleted;
  const parts = [
    ...(["upgrade", "install", "repair", "uninstall"] as const).map((action): [number, string] => [
      count(action),
      `to ${RELEASE_WORDS[action].todo}`,
    ]),
    [written, `plain ${written === 1 ? "object" : "objects"} to write`] as [number, string],
    [deleted, `plain ${deleted === 1 ? "object" : "objects"} to delete`] as [number, string],
    [steps, `tenant ${steps === 1 ? "step" : "steps"}`] as [number, string],
    [count("none"), "unchanged"] as [number, string],
  ];
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  const warned = [
    ...(dangers.stop > 0 ? [plural(dangers.stop, "danger")] : []),
    ...(dangers.note > 0 ? [plural(dangers.note, "note")] : []),
  ];
  const work = hasChanges(plan) ? told.join(", ") : ["No changes", ...told].join(": ");
  return [work, ...(warned.length > 0 ? [warned.join(", ")] : [])].join("; ");
}

/** Whether applying the plan would do anything. */
export function hasChanges({ releases, manifests, tenants }: Plan): boolean {
  return (
    releases.some(({ action }) => action !== "none") ||
    manifests.some(({ objects }) => objects.length > 0) ||
    tenants.some(({ steps }) => steps.length > 0)
  );
}

/** `1 to delete, 3 to change`; what is worst first. */
export function objectCounts(objects: readonly PlannedObject[]): string {
  const parts = OBJECT_ACTIONS.flatMap((action) => {
    const count = objects.filter((each) => each.action === action).length;
    return count === 0 ? [] : [`${count} to ${action}`];
  });
  return parts.join(", ") || "no objects";
}

/** `clearml/clearml`, with the tenant where it belongs to one. */
export function releasePlace({ namespace, release, tenant }: ReleasePlan): string {
  return `${tenantPrefix(tenant)}${namespace}/${release}`;
}

export function manifestPlace({ component, tenant }: ObjectsPlan): string {
  return `${tenantPrefix(tenant)}${component}`;
}

/** `Deployment clearml/clearml-apiserver` */
export function objectPlace({ kind, namespace, name }: PlannedObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

function tenantPrefix(tenant: string | undefined): string {
  return tenant === undefined ? "" : `${tenant}: `;
}
