import type { ClearmlApi } from "../clearml/api.ts";
import { type Company, listCompanies } from "../clearml/companies.ts";
import type { Context } from "../core/context.ts";
import { CONSUMERS, type TenantMemory } from "../tenant/model.ts";
import { planServerRemoval, type ServerRemoval } from "../tenant/offboard.ts";
import type { TenantPlace } from "./place.ts";

/**
 * What the tenant has on the ClearML server. Undefined for one whose company is not known: it is in no file any more,
 * and its record is gone.
 */
export async function lookAtServer(
  context: Pick<Context, "log">,
  api: ClearmlApi,
  { name, file }: TenantPlace,
  { memory, namespace }: { memory: TenantMemory; namespace: string },
): Promise<ServerRemoval | undefined> {
  const company = file?.company ?? (await rememberedCompany(api, memory))?.name;
  if (company === undefined) return undefined;
  return planServerRemoval(context, api, { name, company, namespace, consumers: CONSUMERS }, memory);
}

async function rememberedCompany(api: ClearmlApi, memory: TenantMemory): Promise<Company | undefined> {
  const record = await memory.load();
  if (!record) return undefined;
  return (await listCompanies(api)).find(({ id }) => id === record.companyId);
}
