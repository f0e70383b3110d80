import { limitsOf, QUOTA, quotaAction, sameLimit } from "../../deploy/tenant/namespace/quota.ts";
import type { Tenant } from "../../environment/model.ts";
import {
  hasLabels,
  ownerLabels,
  TENANT_LABEL,
  type TenantOwner,
  tenantLabels,
} from "../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import type { Finding, Scan, Unread } from "../model.ts";
import { type Answer, type Failure, readEverywhere, unreadOf } from "../reading.ts";
import { fieldOf, goneFinding, objectId, tenantFinding } from "./findings.ts";

/** What the tenants' namespaces are like. */
export interface ReadNamespaces {
  findings: readonly Finding[];
  unread: readonly Unread[];
  /** Tenants whose namespace is not there, or on its way out: with it goes what is remembered of them. */
  gone: readonly GoneNamespace[];
}

export interface GoneNamespace {
  tenant: Tenant;
  /** Since when it is on its way out; undefined for one that is not there. */
  deleting: string | undefined;
}

type Found = Pick<KubernetesObject, "metadata">;

const OF_QUOTA = `fieldSelector=${encodeURIComponent(`metadata.name=${QUOTA}`)}`;

/** The namespaces of the tenants with their labels and quotas: two lists for all of them. */
export async function readNamespaces({
  kubernetes,
  environment,
  tenants,
}: Pick<Scan, "kubernetes" | "environment" | "tenants">): Promise<ReadNamespaces> {
  const names = [...new Set(tenants.map(({ namespace }) => namespace))];
  const [namespaces, quotas] = await Promise.all([
    readEverywhere(names, (name): Promise<Found[]> => {
      const path = resourcePath("v1", "Namespace", undefined, name);
      return name === undefined
        ? kubernetes.listMetadata(path)
        : kubernetes.get(path).then((found) => (found ? [found] : []));
    }),
    readEverywhere(names, (name) => kubernetes.list(resourcePath("v1", "ResourceQuota", name), OF_QUOTA)),
  ]);
  const [byName, quotaOf] = [
    lookUp(namespaces, ({ metadata }) => metadata.name),
    lookUp(quotas, ({ metadata }) => metadata.namespace),
  ];
  const gone = tenants.flatMap((tenant): GoneNamespace[] => {
    const namespace = byName(tenant.namespace);
    const deleting = namespace?.found?.metadata.deletionTimestamp;
    return namespace && (!namespace.found || deleting) ? [{ tenant, deleting }] : [];
  });
  const there = tenants.filter((tenant) => !gone.some((each) => each.tenant === tenant));
  const findings = there.flatMap((tenant) => {
    const owner = { environment: environment.name, tenant: tenant.name, namespace: tenant.namespace };
    const [found, quota] = [byName(tenant.namespace)?.found, quotaOf(tenant.namespace)];
    return [
      ...(found ? labelFindings(tenant, owner, found) : []),
      ...(quota ? quotaFindings(tenant, owner, quota.found) : []),
    ];
  });
  const unread = [...unreadOf("labels", namespaces.failures), ...unreadOf("quotas", quotas.failures)];
  return { findings, unread, gone };
}

/** What was found for a namespace; undefined where it could not be read. */
function lookUp<T extends Found>(
  { answers, failures }: { answers: readonly Answer<readonly T[]>[]; failures: readonly Failure[] },
  namespaceOf: (object: T) => string | undefined,
): (namespace: string) => { found: T | undefined } | undefined {
  const byName = new Map(answers.flatMap(({ value }) => value).map((each) => [namespaceOf(each), each]));
  const failed = new Set(failures.map(({ namespace }) => namespace));
  return (namespace) =>
    failed.has(undefined) || failed.has(namespace) ? undefined : { found: byName.get(namespace) };
}

function labelFindings(tenant: Tenant, owner: TenantOwner, found: Found): Finding[] {
  const { namespace: name } = tenant;
  const object = objectId("Namespace", name);
  const { labels = {} } = found.metadata;
  return Object.entries(tenantLabels(owner)).flatMap(([label, expected]) => {
    const actual = labels[label];
    if (actual === expected) return [];
    const what = label === TENANT_LABEL ? "its tenant" : "its environment";
    return [
      tenantFinding(tenant, {
        object,
        ...fieldOf(found as KubernetesObject, [{ field: "metadata" }, { field: "labels" }, { field: label }]),
        expected,
        ...(actual === undefined ? {} : { actual }),
        // A deployment labels a namespace that says nothing, and keeps off one that is somebody else's.
        upgradeRepairs: actual === undefined,
        message: `namespace ${name} is not labelled with ${what}`,
        ...(actual === undefined
          ? {}
          : { hint: `kubectl label --overwrite namespace ${name} ${label}=${expected}` }),
      }),
    ];
  });
}

function quotaFindings(tenant: Tenant, owner: TenantOwner, found: KubernetesObject | undefined): Finding[] {
  const { namespace, quota: wanted = {} } = tenant;
  const action = quotaAction(owner, tenant.quota, found);
  if (!action) return [];
  const about = { object: objectId("ResourceQuota", QUOTA, namespace), upgradeRepairs: true };
  const name = `quota ${namespace}/${QUOTA}`;
  if (!found) return [goneFinding(tenant, { ...about, message: `${name} is gone` })];
  if (action === "remove") return [tenantFinding(tenant, { ...about, message: `no file asks for ${name}` })];
  const limits = limitsOf(found);
  const changed = [...new Set([...Object.keys(wanted), ...Object.keys(limits)])].filter(
    (limit) => !sameLimit(wanted[limit], limits[limit]),
  );
  const findings = changed.map((limit) => {
    const [expected, actual] = [wanted[limit], limits[limit]];
    return tenantFinding(tenant, {
      ...about,
      ...fieldOf(found, [{ field: "spec" }, { field: "hard" }, { field: limit }]),
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      message: `${name} limits ${limit} to ${actual ?? "nothing"}, the tenant's file to ${expected ?? "nothing"}`,
    });
  });
  if (hasLabels(found, ownerLabels(owner))) return findings;
  return [
    ...findings,
    tenantFinding(tenant, { ...about, path: "/metadata/labels", message: `${name} has lost its labels` }),
  ];
}
