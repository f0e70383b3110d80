import type { ComponentUse } from "../../environment/model.ts";

/** A component as messages name it: `agent (release acme/clearml-agent)`. */
export function nameOf({ id, namespace, release }: ComponentUse): string {
  return `${id} (release ${namespace}/${release})`;
}
