import type { ComponentId } from "../../catalogue/model.ts";
import type { ClearmlApi } from "../../clearml/api.ts";
import type { Company } from "../../clearml/companies.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { Facts } from "../facts.ts";
import type { Scan } from "../model.ts";
import type { Running } from "./workloads.ts";

/** Of a record, what tenants are judged by. */
export type TenantReleaseRecord = Pick<ReleaseRecord, "manifest" | "values" | "status" | "chartVersion">;

export type TenantRecords = ReadonlyMap<ComponentUse, TenantReleaseRecord>;

/** What all tenants of a scan are looked at with. */
export interface TenantLook {
  scan: Pick<Scan, "now" | "uses" | "kubernetes" | "environment">;
  api: ClearmlApi;
  /** All companies of the server. */
  companies: readonly Company[];
  facts: Pick<Facts, "controlPlane" | "memory">;
  records: TenantRecords;
  running: Running;
}

/** The release of a tenant's component, when it is deployed. */
export function releaseOf(
  { scan, records }: { scan: Pick<Scan, "uses">; records: TenantRecords },
  { name }: Pick<Tenant, "name">,
  ...ids: readonly ComponentId[]
): { use: ComponentUse; record: TenantReleaseRecord } | undefined {
  const use = scan.uses.find((each) => each.tenant === name && ids.includes(each.id));
  const record = use && records.get(use);
  return use && record?.status === "deployed" ? { use, record } : undefined;
}
