import type { Company } from "../../clearml/companies.ts";
import { tenantState } from "../../deploy/tenant/memory/state.ts";
import type { Tenant } from "../../environment/model.ts";
import type { Finding, Scan } from "../model.ts";
import { goneFinding, objectId } from "./findings.ts";
import type { GoneNamespace } from "./namespaces.ts";

/**
 * A namespace that is gone. A tenant whose company is on the server is not put right by a deployment alone: who
 * administers it was remembered in the namespace, and the server does not tell.
 * @param companies of the server; undefined where it could not be asked
 */
export function goneNamespace(
  scan: Pick<Scan, "kubernetes" | "environment">,
  { tenant, deleting }: GoneNamespace,
  companies: readonly Company[] | undefined,
): Finding {
  const { namespace } = tenant;
  const object = objectId("Namespace", namespace);
  if (deleting !== undefined) {
    return goneFinding(tenant, {
      object,
      since: deleting,
      upgradeRepairs: false,
      message: `namespace ${namespace} is being deleted`,
      hint: `wait until it is gone (kubectl get namespace ${namespace} -o yaml says what it waits for); a deployment refuses it until then`,
    });
  }
  const company = companies?.find(({ name }) => name === tenant.company.trim());
  return goneFinding(tenant, {
    object,
    upgradeRepairs: company === undefined,
    message: `namespace ${namespace} is gone`,
    ...(company
      ? {
          hint: `kubectl create namespace ${namespace}, then ${recordByHand(scan, tenant, company)}, then deploy`,
        }
      : {}),
  });
}

/** The command that writes what is remembered of a tenant, but for what only people can find out. */
export function recordByHand(
  { kubernetes, environment }: Pick<Scan, "kubernetes" | "environment">,
  { name, namespace }: Tenant,
  { id }: Pick<Company, "id">,
): string {
  const { byHand } = tenantState(kubernetes, { environment: environment.name, tenant: name, namespace });
  const command = byHand?.({ companyId: id, adminUserId: "<id of its administrator>" });
  return `write what was remembered of it: ${command}`;
}
