import type { Context } from "../../core/context.ts";
import { UserError } from "../../core/errors.ts";
import { connect, openSession } from "../session.ts";
import { removeTenant } from "./absent.ts";
import type { TenantsOutputs } from "./apply-all.ts";
import type { TenantsOptions } from "./tenants.ts";

export interface RemovalOptions extends TenantsOptions {
  /** The tenant's name once more. */
  confirmDelete?: string | undefined;
}

/**
 * Removes a tenant with everything it has, or says what would go.
 * @throws UserError without the exact confirmation; with everything that could not be removed
 */
export async function removeTenants(
  options: RemovalOptions,
  context: Context,
  report: (known: TenantsOutputs) => void,
): Promise<void> {
  const [tenant, ...more] = options.tenants;
  if (tenant === undefined || tenant === "*" || more.length > 0) {
    throw new UserError({
      message: "input `tenant`: `state: absent` removes one tenant at a time",
      hint: "name the tenant to remove, and name it once more in `confirm-delete`",
    });
  }
  const session = await openSession(options.config, options.timeoutMs, context);
  const cluster = await connect(session);
  await removeTenant(cluster, { ...options, tenant, confirmDelete: options.confirmDelete ?? "" }, report);
}
