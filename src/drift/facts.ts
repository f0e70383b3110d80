import pLimit from "p-limit";
import type { Credentials } from "../clearml/api.ts";
import { type Addresses, controlPlaneAddresses } from "../deploy/addresses.ts";
import { controlPlaneValues } from "../deploy/control-plane.ts";
import { readRedisPassword, readServerSecret, type SharedSecrets } from "../deploy/shared-secrets.ts";
import { wantedTenant } from "../deploy/tenant/desired.ts";
import { credentialSecret, credentialsIn } from "../deploy/tenant/memory/memory.ts";
import { placeOf, recordIn, STATE_SECRET } from "../deploy/tenant/memory/state.ts";
import type { Tenant } from "../environment/model.ts";
import { ENVIRONMENT_LABEL } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { RefusedError } from "../kubernetes/refusals.ts";
import type { Values } from "../overrides/values.ts";
import type { TenantMemory } from "../tenant/model.ts";
import type { Scan, Unread } from "./model.ts";
import { unreadFor } from "./unread.ts";

/** What the cluster keeps for deployments: what is remembered of tenants, and the secrets of the shared services. */
export interface Facts {
  /** The control plane as the files describe it. */
  controlPlane: { values: Values; addresses: Addresses };
  /** Key of the server and the signing key; undefined when they could not be read, which `unread` says. */
  server: Omit<SharedSecrets, "redisPassword"> | undefined;
  /** Password of the shared Redis; undefined when there is none, or it could not be read. */
  redisPassword: string | undefined;
  /** What is remembered of a tenant, read already; undefined when it could not be read, which `unread` says. */
  memory(tenant: Tenant): ReadMemory | undefined;
  unread: readonly Unread[];
}

/** The part of a tenant's memory that reads. */
export type ReadMemory = Pick<TenantMemory, "load" | "loadCredentials"> &
  Required<Pick<TenantMemory, "place">>;

/** Secrets that are asked for one by one at a time: those that the list did not have. */
const AT_ONCE = 8;

/**
 * Reads what tenants and their charts rest on: one list for all tenants of the scan, and one Secret per shared
 * service. Without tenants nothing is read.
 * @throws UserError when the files are wrong
 */
export async function readFacts(scan: Scan): Promise<Facts> {
  const values = controlPlaneValues(scan);
  const controlPlane = { values, addresses: controlPlaneAddresses(scan.environment, values) };
  if (scan.tenants.length === 0)
    return {
      controlPlane,
      server: undefined,
      redisPassword: undefined,
      memory: () => undefined,
      unread: [],
    };
  const [server, redis, memories] = await Promise.all([
    tried("the API server's key", readServerSecret(scan, values)),
    tried("the password of the shared Redis", readRedisPassword(scan)),
    readMemories(scan, values),
  ]);
  return {
    controlPlane,
    server: server.found,
    redisPassword: redis.found,
    memory: ({ name }) => memories.found.get(name),
    unread: [...server.unread, ...redis.unread, ...memories.unread],
  };
}

async function tried<T>(
  scope: string,
  reading: Promise<T>,
): Promise<{ found: T | undefined; unread: readonly Unread[] }> {
  try {
    return { found: await reading, unread: [] };
  } catch (thrown) {
    return { found: undefined, unread: [unreadFor(scope, thrown)] };
  }
}

type Secrets = ReadonlyMap<string, KubernetesObject>;

async function readMemories(
  scan: Scan,
  controlPlane: Values,
): Promise<{ found: ReadonlyMap<string, ReadMemory>; unread: readonly Unread[] }> {
  const listed = await tried("Secrets of the tenants", listSecrets(scan));
  if (!listed.found) return { found: new Map(), unread: listed.unread };
  const slot = pLimit(AT_ONCE);
  const known = listed.found;
  const tenants = await Promise.all(
    scan.tenants.map(async (tenant) => {
      const names = secretNames(tenant, controlPlane);
      const reading = Promise.all(names.map((name) => slot(() => secretOf(scan, tenant, name, known))));
      return { tenant, ...(await tried(`Secrets of namespace ${tenant.namespace}`, reading)) };
    }),
  );
  const memories = tenants.flatMap(({ tenant, found }) =>
    found ? [[tenant.name, memoryIn(scan, tenant, found)] as const] : [],
  );
  return { found: new Map(memories), unread: tenants.flatMap(({ unread }) => unread) };
}

/** The Secrets of all tenants by namespace and name; none where they may only be asked for one by one. */
async function listSecrets({ kubernetes, environment }: Scan): Promise<Secrets> {
  const query = `labelSelector=${encodeURIComponent(`${ENVIRONMENT_LABEL}=${environment.name}`)}`;
  const secrets = await kubernetes.list(resourcePath("v1", "Secret"), query).catch((thrown: unknown) => {
    if (thrown instanceof RefusedError && thrown.status === 403) return [];
    throw thrown;
  });
  return new Map(secrets.map((secret) => [`${secret.metadata.namespace}/${secret.metadata.name}`, secret]));
}

function secretNames(tenant: Tenant, values: Values): string[] {
  const { consumers } = wantedTenant(tenant, { values });
  return [STATE_SECRET, ...consumers.map((consumer) => credentialSecret(consumer).name)];
}

/** A Secret that is not in the list may have lost its labels. */
async function secretOf(
  { kubernetes }: Scan,
  { namespace }: Tenant,
  name: string,
  listed: Secrets,
): Promise<KubernetesObject | undefined> {
  return listed.get(`${namespace}/${name}`) ?? kubernetes.get(resourcePath("v1", "Secret", namespace, name));
}

function memoryIn(
  { context }: Scan,
  { namespace }: Tenant,
  secrets: readonly (KubernetesObject | undefined)[],
): ReadMemory {
  const find = (name: string) => secrets.find((secret) => secret?.metadata.name === name);
  return {
    place: placeOf(namespace),
    load: async () => recordIn(find(STATE_SECRET)),
    loadCredentials: async (consumer): Promise<Credentials | undefined> =>
      credentialsIn(find(credentialSecret(consumer).name), consumer, context),
  };
}
