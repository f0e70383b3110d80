import { CATALOGUE } from "../../../catalogue/index.ts";
import type { ComponentDefinition } from "../../../catalogue/model.ts";
import type { Problem } from "../../../core/errors.ts";
import type { Tenant } from "../../../environment/model.ts";
import { readReleases } from "../../../helm/record.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import {
  ENVIRONMENT_LABEL,
  ensureLabelledNamespace,
  hasLabels,
  readNamespace,
  TENANT_LABEL,
  type TenantOwner,
  tenantLabels,
} from "../../../kubernetes/namespaces.ts";
import type { ClusterSession } from "../../session.ts";
import { quotaChange } from "./quota.ts";

/** Namespaces that come with Kubernetes. */
const OF_KUBERNETES: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

type Session = Pick<ClusterSession, "kubernetes" | "environment">;

/** Something that is to be done to a tenant's namespace. */
interface Change {
  action: string;
  what: string;
  make(): Promise<boolean>;
}

/**
 * Why a namespace cannot be the tenant's: it is another tenant's, another environment's or a shared component's, or
 * it is being deleted. Reads only.
 */
export async function checkNamespace(kubernetes: Kubernetes, owner: TenantOwner): Promise<Problem[]> {
  const { tenant, environment, namespace } = owner;
  const start = `tenant \`${tenant}\`: namespace \`${namespace}\``;
  if (OF_KUBERNETES.includes(namespace)) {
    const hint = "give the tenant a namespace of its own";
    return [{ message: `${start} belongs to Kubernetes itself`, hint }];
  }
  const found = await readNamespace(kubernetes, namespace);
  if (!found) return [];
  const { labels = {}, deletionTimestamp } = found.metadata;
  if (deletionTimestamp) {
    const hint = `wait until it is gone (kubectl get namespace ${namespace} -o yaml says what it waits for), then run again`;
    return [{ message: `${start} is being deleted since ${deletionTimestamp}`, hint }];
  }
  const problems: Problem[] = [];
  const other = labels[TENANT_LABEL];
  if (other !== undefined && other !== tenant)
    problems.push({ message: `${start} is that of tenant \`${other}\``, hint: relabel(TENANT_LABEL, owner) });
  const elsewhere = labels[ENVIRONMENT_LABEL];
  if (elsewhere !== undefined && elsewhere !== environment)
    problems.push({
      message: `${start} belongs to environment \`${elsewhere}\`, and this is \`${environment}\``,
      hint: relabel(ENVIRONMENT_LABEL, owner),
    });
  // Read once: from then on the namespace has the tenant's label.
  if (other === undefined) problems.push(...(await sharedProblems(kubernetes, namespace, start)));
  return problems;
}

function relabel(label: string, { namespace, tenant, environment }: TenantOwner): string {
  const [what, value] = label === TENANT_LABEL ? ["tenant", tenant] : ["environment", environment];
  return `give the tenant a namespace of its own; if only the name of the ${what} has changed: kubectl label --overwrite namespace ${namespace} ${label}=${value}`;
}

/** Components of the cluster that have a release in a namespace. */
async function sharedProblems(kubernetes: Kubernetes, namespace: string, start: string): Promise<Problem[]> {
  const releases = await readReleases(kubernetes, namespace);
  return [...releases.values()].flatMap(({ release, chart, status }) => {
    const component = status === "uninstalled" ? undefined : sharedComponent(chart);
    if (!component) return [];
    return [
      {
        message: `${start} holds release \`${release}\` (${chart}) of the shared component \`${component.id}\``,
        hint: "give the tenant a namespace of its own: it gets policies and a quota, and is deleted with the tenant",
      },
    ];
  });
}

function sharedComponent(chart: string): ComponentDefinition | undefined {
  return Object.values(CATALOGUE).find(
    ({ scope, charts }) => scope === "cluster" && charts.some(({ name }) => name === chart),
  );
}

/** What is to be done to the tenant's namespace, for plans. Reads only. */
export async function namespaceSteps(
  cluster: Session,
  tenant: Tenant,
): Promise<{ action: string; what: string }[]> {
  const changes = await changesOf(cluster, tenant);
  return changes.map(({ action, what }) => ({ action, what }));
}

/**
 * Makes the tenant's namespace with its labels, and the quota of the tenant's file; a quota that the file no longer
 * gives is removed. Returns whether something was written.
 */
export async function ensureTenantNamespace(cluster: Session, tenant: Tenant): Promise<boolean> {
  let changed = false;
  for (const change of await changesOf(cluster, tenant)) changed = (await change.make()) || changed;
  return changed;
}

async function changesOf(cluster: Session, tenant: Tenant): Promise<Change[]> {
  const { kubernetes, environment } = cluster;
  const owner = { environment: environment.name, tenant: tenant.name, namespace: tenant.namespace };
  const [namespace, quota] = await Promise.all([
    namespaceChange(kubernetes, owner),
    quotaChange(kubernetes, owner, tenant.quota),
  ]);
  return [...(namespace ? [namespace] : []), ...(quota ? [quota] : [])];
}

async function namespaceChange(kubernetes: Kubernetes, owner: TenantOwner): Promise<Change | undefined> {
  const labels = tenantLabels(owner);
  const found = await readNamespace(kubernetes, owner.namespace);
  if (found && hasLabels(found, labels)) return undefined;
  return {
    action: found ? "label" : "create",
    what: `namespace ${owner.namespace}`,
    make: () => ensureLabelledNamespace(kubernetes, owner.namespace, labels),
  };
}
