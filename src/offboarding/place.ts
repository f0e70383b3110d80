import { UserError } from "../core/errors.ts";
import type { ComponentUse, Environment, Tenant } from "../environment/model.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { ENVIRONMENT_LABEL, isManaged, readNamespace, TENANT_LABEL } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";

/** A namespace that holds something of the tenant. */
export interface TenantNamespace {
  name: string;
  /** Whether it carries the tenant's label. */
  labelled: boolean;
  /** Its deletion was begun. */
  deleting: boolean;
  /** Whether something else of the environment is in it. */
  shared: boolean;
  /** Why it is not deleted with the tenant; undefined for one that is. */
  stays?: string;
}

/** Where a tenant is, by its file or by the labels of namespaces when it has none any more. */
export interface TenantPlace {
  environment: string;
  name: string;
  /** Undefined for a tenant that is no longer in the files. */
  file?: Tenant;
  namespaces: readonly TenantNamespace[];
}

type Owner = Pick<TenantPlace, "environment" | "name">;

/**
 * The namespaces of a tenant: those its file names, and all that carry its label. Reads only.
 * @throws UserError when one of them is another tenant's or another environment's
 */
export async function findPlace(
  kubernetes: Pick<Kubernetes, "get" | "list">,
  environment: Environment,
  name: string,
): Promise<TenantPlace> {
  const file = environment.tenants.find((tenant) => tenant.name === name);
  const named = file ? [file.namespace, ...file.components.map(({ namespace }) => namespace)] : [];
  const [labelled, ...read] = await Promise.all([
    kubernetes.list(resourcePath("v1", "Namespace"), tenantSelector(name)),
    ...[...new Set(named)].map((each) => readNamespace(kubernetes as Kubernetes, each)),
  ]);
  const owner = { environment: environment.name, name };
  const own = labelled.filter(({ metadata }) => !foreignOwner(metadata, owner));
  const byName = new Map(
    [...read.flatMap((each) => each ?? []), ...own].map((each) => [each.metadata.name, each]),
  );
  return {
    ...owner,
    ...(file ? { file } : {}),
    namespaces: [...byName.values()].map((each) => tenantNamespace(each, environment, owner)),
  };
}

/** The query for everything with the tenant's label, of whatever environment. */
export function tenantSelector(name: string): string {
  return `labelSelector=${encodeURIComponent(tenantLabel(name))}`;
}

export function tenantLabel(name: string): string {
  return `${TENANT_LABEL}=${name}`;
}

/** Whose an object is by its labels, when it is not the tenant's; undefined for one without labels of ours. */
export function foreignOwner(
  { labels = {} }: KubernetesObject["metadata"],
  { environment, name }: Owner,
): string | undefined {
  const [tenant, where] = [labels[TENANT_LABEL], labels[ENVIRONMENT_LABEL]];
  if (tenant !== undefined && tenant !== name) return `tenant \`${tenant}\``;
  if (where !== undefined && where !== environment) return `environment \`${where}\``;
  return undefined;
}

function tenantNamespace(
  { metadata }: KubernetesObject,
  environment: Environment,
  owner: Owner,
): TenantNamespace {
  const other = foreignOwner(metadata, owner);
  if (other) {
    throw new UserError({
      message: `tenant \`${owner.name}\`: namespace ${metadata.name} belongs to ${other}, as its labels say; nothing was changed`,
      hint: "correct `namespace` in the tenant's file, or the labels of the namespace if they are wrong",
    });
  }
  const labelled = metadata.labels?.[TENANT_LABEL] === owner.name;
  const neighbour = othersIn(environment, owner.name).find(({ namespace }) => namespace === metadata.name);
  const stays = whyItStays(metadata, owner, neighbour);
  return {
    name: metadata.name,
    labelled,
    shared: neighbour !== undefined,
    deleting: metadata.deletionTimestamp !== undefined,
    ...(stays ? { stays } : {}),
  };
}

/** Kubernetes' own. */
const SYSTEM = /^(default|kube-.*)$/;

function whyItStays(
  metadata: KubernetesObject["metadata"],
  owner: Owner,
  neighbour: ComponentUse | undefined,
): string | undefined {
  if (neighbour) {
    const whose = neighbour.tenant ? `tenant \`${neighbour.tenant}\`` : `component \`${neighbour.id}\``;
    return `${whose} is in it too`;
  }
  if (SYSTEM.test(metadata.name)) return "it is Kubernetes' own";
  if (metadata.labels?.[TENANT_LABEL] !== owner.name)
    return `it does not carry the label ${tenantLabel(owner.name)}`;
  if (!isManaged({ metadata })) return "it was there before the tenant";
  return undefined;
}

/** Everything of the environment that is not this tenant's. */
export function othersIn({ components, tenants }: Environment, name: string): ComponentUse[] {
  return [...components, ...tenants.filter((each) => each.name !== name).flatMap((each) => each.components)];
}
