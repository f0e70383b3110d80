import { UserError } from "../core/errors.ts";
import { planDigest } from "./digest.ts";
import { type PlanFile, planOf } from "./file.ts";

/**
 * The part of an approved plan that is about one tenant: what its own plan would be.
 * @throws UserError when the tenant is no part of it
 */
export function partOfPlan(file: PlanFile, tenant: string): PlanFile {
  // A plan of one tenant says so; whether it is the right one is for the comparison to tell.
  if (file.tenant !== undefined) return file;
  const tenants = file.tenants.filter(({ name }) => name === tenant);
  if (tenants.length === 0) {
    throw new UserError({
      message: `the approved plan is not about tenant \`${tenant}\``,
      hint: "make a plan of these tenants with `mode: plan` and have that one approved",
    });
  }
  const part: PlanFile = {
    ...file,
    tenant,
    releases: file.releases.filter((each) => each.tenant === tenant),
    manifests: file.manifests.filter((each) => each.tenant === tenant),
    tenants,
  };
  return { ...part, digest: planDigest(planOf(part)) };
}
