import type { Context } from "../../../core/context.ts";
import { UserError } from "../../../core/errors.ts";
import { connect, openSession } from "../../session.ts";
import type { TenantsOutputs } from "../apply-all.ts";
import type { TenantsOptions } from "../tenants.ts";
import { removeTenant, requireConfirmation } from "./absent.ts";

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
  refuseParts(options);
  const removal = { ...options, tenant, confirmDelete: options.confirmDelete ?? "" };
  // Before the cluster is asked: whoever has not confirmed hears of that first.
  requireConfirmation(removal);
  const session = await openSession(options.config, options.timeoutMs, context);
  const cluster = await connect(session);
  await removeTenant(cluster, removal, report);
}

/** Whoever names a part must not lose the whole. */
function refuseParts({ components, rotate }: Pick<RemovalOptions, "components" | "rotate">): void {
  const given = [
    ...(components.length > 0 ? ["components"] : []),
    ...(rotate.length > 0 ? ["rotate-credentials"] : []),
  ];
  if (given.length === 0) return;
  throw new UserError(
    given.map((input) => ({
      message: `input \`${input}\`: \`state: absent\` removes the whole tenant, not a part of it; nothing was changed`,
      hint: `leave \`${input}\` out, or use \`state: present\``,
    })),
  );
}
