import type { ReleaseValues } from "../model.ts";

/** Whom a release belongs to, for messages: its tenant, or the component itself. */
export function ownerOf({ tenant, id }: Pick<ReleaseValues, "tenant" | "id">): string {
  return tenant === undefined ? `component \`${id}\`` : `tenant \`${tenant}\``;
}
