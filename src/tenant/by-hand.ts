import type { TenantMemory, TenantRecord } from "./model.ts";

/** How somebody writes a tenant's record where no run can, for messages. */
export function putByHand(
  { byHand, place = "the tenant's record" }: Pick<TenantMemory, "byHand" | "place">,
  record: TenantRecord,
): string {
  return byHand ? `write its record: ${byHand(record)}` : `put ${JSON.stringify(record)} into ${place}`;
}
