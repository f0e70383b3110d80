import type { LintRelease } from "../model.ts";

/** Whom a release belongs to, for messages: its tenant, or the component itself. */
export function ownerOf({ tenant, id }: LintRelease): string {
  return tenant === undefined ? `component \`${id}\`` : `tenant \`${tenant}\``;
}
