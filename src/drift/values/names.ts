import type { ComponentUse } from "../../environment/model.ts";
import type { Finding } from "../model.ts";

/** A component as messages name it: `agent (release acme/clearml-agent)`. */
export function nameOf({ id, namespace, release }: ComponentUse): string {
  return `${id} (release ${namespace}/${release})`;
}

/** Whose a finding is. */
export function ownerOf({ id, tenant }: ComponentUse): Pick<Finding, "component" | "tenant"> {
  return { component: id, ...(tenant === undefined ? {} : { tenant }) };
}
