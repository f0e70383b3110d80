import { UserError } from "../../../core/errors.ts";
import type { ComponentUse, Environment, Tenant } from "../../../environment/model.ts";
import { LATE_NAMES } from "../../../overrides/placeholders.ts";
import { resolveValues } from "../../../overrides/resolve.ts";
import type { Values } from "../../../overrides/values.ts";
import { type LateValues, placeholdersFor } from "../../placeholders.ts";
import { valuesOfAll } from "../../releases.ts";
import type { Session } from "../../session.ts";
import { fileConflicts } from "./conflicts.ts";

/** In the place of everything that only a deployment knows: empty, so that it is the same as nobody else's. */
const NOTHING_KNOWN: LateValues = Object.fromEntries(LATE_NAMES.map((name) => [name, ""]));

/**
 * Refuses tenants whose files cannot be deployed: wrong values, or things that another tenant has already. Needs no
 * cluster.
 * @throws UserError with everything that is wrong
 */
export function checkFiles(
  session: Session,
  chosen: readonly { tenant: Tenant; uses: readonly ComponentUse[] }[],
): void {
  const draft = new Map<ComponentUse, Values>();
  for (const { tenant, uses } of chosen) {
    const charts = uses.filter(({ definition }) => definition.kind === "chart");
    const values = valuesOfAll(charts, (use) => draftValues(session, use, tenant));
    for (const [use, each] of values) draft.set(use, each);
  }
  const names = new Set(chosen.map(({ tenant }) => tenant.name));
  const tenants = tenantsByName(session.environment);
  const problems = fileConflicts(session.environment, names, (use) => {
    const known = draft.get(use);
    if (known) return known;
    try {
      return draftValues(session, use, use.tenant === undefined ? undefined : tenants.get(use.tenant));
    } catch (thrown) {
      // What is wrong with somebody else's files is said when they are deployed.
      if (thrown instanceof UserError) return {};
      throw thrown;
    }
  });
  if (problems.length > 0) throw new UserError(problems);
}

function tenantsByName({ tenants }: Environment): Map<string, Tenant> {
  return new Map(tenants.map((tenant) => [tenant.name, tenant]));
}

function draftValues(session: Session, use: ComponentUse, tenant: Tenant | undefined): Values {
  const { environment, secrets } = session;
  const placeholders = placeholdersFor(use, environment, secrets, tenant, NOTHING_KNOWN);
  // Cluster-wide components are looked at for their hosts and ports; their secrets may not be at hand here.
  if (tenant) return resolveValues(use, placeholders);
  const { known, lookup } = placeholders;
  return resolveValues(use, { known, lookup: (name) => lookup(name) ?? "" });
}
