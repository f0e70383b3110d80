import type { Location } from "../../core/errors.ts";
import type { Tenant } from "../../environment/model.ts";
import type { Hit } from "../model.ts";

/** An e-mail domain whose users join a tenant at their first login. */
export interface TenantDomain {
  domain: string;
  tenant: string;
  /** Found when it is asked for: most domains are never reported. */
  readonly at: Location;
}

/** The domains that a tenant's file names. */
export function domainsOf({ name, domains, source, path }: Tenant): TenantDomain[] {
  return domains.map((domain, index) => ({
    domain,
    tenant: name,
    get at() {
      return source.locate([...path, "domains", index]);
    },
  }));
}

/** Domains that a tenant before has already, each with that one. */
export function* sharedDomains(
  tenants: readonly Tenant[],
): Generator<[later: TenantDomain, earlier: TenantDomain]> {
  const first = new Map<string, TenantDomain>();
  for (const each of tenants.flatMap(domainsOf)) {
    const earlier = first.get(each.domain);
    if (!earlier) first.set(each.domain, each);
    else if (earlier.tenant !== each.tenant) yield [each, earlier];
  }
}

/** A domain of two tenants. */
export function sharedDomainHit({ domain, at }: TenantDomain, earlier: TenantDomain): Hit {
  return {
    message: `\`${domain}\` belongs to tenant \`${earlier.tenant}\` as well: which one a user joins is a matter of chance`,
    hint: "give the domain to one of them",
    at,
    related: [{ at: earlier.at, message: `tenant \`${earlier.tenant}\`` }],
  };
}
