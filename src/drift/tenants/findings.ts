import type { Tenant } from "../../environment/model.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { FIELD_MANAGER } from "../../kubernetes/operations.ts";
import type { Finding, ObjectId } from "../model.ts";
import type { LiveObject, Place } from "../objects/model.ts";
import { pointerOf } from "../objects/place.ts";
import { ownersOf } from "../owners/owners.ts";

type Said = Pick<Finding, "upgradeRepairs" | "message"> &
  Partial<Pick<Finding, "component" | "object" | "path" | "expected" | "actual" | "since" | "hint">>;

/** A finding about what a tenant has on the ClearML server or in its namespace beside its releases. */
export function tenantFinding({ name }: Pick<Tenant, "name">, said: Said): Finding {
  return finding("tenant", name, said);
}

/** A finding about a key pair of a tenant. */
export function credentialFinding({ name }: Pick<Tenant, "name">, said: Said): Finding {
  return finding("credential", name, said);
}

/** A finding about an object of a tenant's namespace that is gone. */
export function goneFinding({ name }: Pick<Tenant, "name">, said: Said): Finding {
  return finding("missing", name, said);
}

function finding(of: Finding["class"], tenant: string, { message, ...said }: Said): Finding {
  return { class: of, component: "tenant", tenant, ...said, message: `tenant ${tenant}: ${message}` };
}

/** What is otherwise at a place of an object that deployments write without Helm, and who has written it. */
export function fieldOf(
  object: LiveObject | KubernetesObject,
  place: Place,
): Pick<Finding, "path" | "manager" | "since"> {
  const owner = ownersOf(object).at(place);
  const isForeign = owner && owner.manager !== FIELD_MANAGER;
  return {
    path: pointerOf(place),
    ...(isForeign ? { manager: owner.manager } : {}),
    ...(isForeign && owner.time ? { since: owner.time } : {}),
  };
}

/** A namespace, or an object in it. */
export function objectId(
  kind: "Namespace" | "ResourceQuota" | "Secret",
  name: string,
  namespace?: string,
): ObjectId {
  return { apiVersion: "v1", kind, ...(namespace === undefined ? {} : { namespace }), name };
}
