/** What a tenant must look like on the server and in the cluster once it is onboarded, and what it looks like. */
import { gunzipSync } from "node:zlib";
import type { ClearmlApi } from "./clearml-api/server.ts";
import type { Credential, Login } from "./clearml-api/state.ts";
import type { Consumer, MadeTenant, TenantWorld } from "./tenant-world.ts";

interface ClusterObject {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    generation?: number;
    labels?: Record<string, string>;
    deletionTimestamp?: string;
  };
  data?: Record<string, string>;
  spec?: { replicas?: number; holderIdentity?: string };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
  };
}

/** Where the product keeps the pairs, and where the pods read them. */
const SECRETS: Readonly<Record<Consumer, { name: string; accessKey: string; secretKey: string }>> = {
  agent: {
    name: "clearml-agent-credentials",
    accessKey: "agentk8sglue_key",
    secretKey: "agentk8sglue_secret",
  },
  gateway: { name: "clearml-gateway-credentials", accessKey: "access_key", secretKey: "secret_key" },
};
const RELEASES: Readonly<Record<Consumer, string>> = {
  agent: "clearml-agent",
  gateway: "clearml-app-gateway",
};
const KINDS = "secrets,configmaps,deployments,statefulsets,networkpolicies";

/** Everything of the tenant that is not as it has to be, on the server and in the cluster. */
export function tenantFaults(world: TenantWorld, tenant: MadeTenant): string[] {
  const objects = objectsOf(world, tenant);
  return [
    ...serverFaults(world.api, tenant),
    ...keyFaults(world.api, tenant, objects),
    ...recordFaults(world.api, tenant, objects),
    ...releaseFaults(tenant, objects),
    ...objects.flatMap(workloadFaults),
    ...(objects.some(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "default-deny-ingress",
    )
      ? []
      : ["the namespace is not isolated"]),
    ...leaseFaults(world),
  ];
}

/** What a run that was broken has left half done. */
export interface LeftBehind {
  /** What the server has made and nobody has written down. */
  unrecorded: string[];
  /** Releases. */
  pending: string[];
}

export function leftBehind(world: TenantWorld, tenant: MadeTenant): LeftBehind {
  const { state } = world.api;
  const objects = objectsOf(world, tenant);
  const record = recordIn(objects);
  const company = [...state.companies.values()].find(({ name }) => name === tenant.company);
  const admin = [...state.logins.values()].find(({ email }) => email === tenant.email);
  const kept = tenant.consumers.map((consumer) => keptKey(objects, consumer).accessKey);
  return {
    unrecorded: [
      ...(company && record?.companyId !== company.id ? ["company"] : []),
      ...(admin && record?.adminUserId !== admin.id ? ["admin"] : []),
      ...liveKeys(world.api, tenant).flatMap(({ accessKey }) => (kept.includes(accessKey) ? [] : ["key"])),
    ],
    pending: storedReleases(objects)
      .filter(({ status }) => status.startsWith("pending"))
      .map(({ name }) => name),
  };
}

/** The tenant's namespace. */
function objectsOf({ deployment }: TenantWorld, { name }: MadeTenant): ClusterObject[] {
  return listed(deployment.world.kubectl("-n", name, "get", KINDS, "-o", "json"));
}

function listed(json: string): ClusterObject[] {
  return (JSON.parse(json) as { items: ClusterObject[] }).items;
}

function serverFaults({ state }: ClearmlApi, tenant: MadeTenant): string[] {
  const companies = [...state.companies.values()].filter(({ name }) => name === tenant.company);
  const [company] = companies;
  if (!company || companies.length > 1) return [`${companies.length} companies`];
  const inside = <T extends { company: string }>(all: Map<string, T>) =>
    [...all.values()].filter((each) => each.company === company.id);
  const admins = [...state.logins.values()].filter(({ email }) => email === tenant.email);
  const strangers = inside(state.profiles).filter(({ id }) => id !== admins[0]?.id);
  const queues = inside(state.queues)
    .map(({ name }) => name)
    .sort();
  return [
    ...(admins.length === 1 && admins[0]?.company === company.id ? [] : [`${admins.length} administrators`]),
    ...strangers.map(({ name }) => `a user named ${name}`),
    ...inside(state.logins).flatMap((login) =>
      labelFaults(login, login === admins[0] ? labelsOf(tenant) : []),
    ),
    ...(queues.join() === tenant.queues.toSorted().join() ? [] : [`the queues are ${queues.join(", ")}`]),
    ...(String(company.settings.domains) === String(tenant.domains)
      ? []
      : [`the domains are ${String(company.settings.domains)}`]),
  ];
}

function labelsOf({ name, consumers }: MadeTenant): string[] {
  return consumers.map((consumer) => `${consumer}:${name}`);
}

function labelFaults(login: Login, wanted: readonly string[]): string[] {
  const found = login.credentials.map(({ label = "(no label)" }) => label).sort();
  return found.join() === wanted.toSorted().join()
    ? []
    : [`${login.name} has keys for ${found.join(", ") || "nobody"}`];
}

/** Keys of the tenant's administrator that the server takes. */
export function liveKeys({ state }: ClearmlApi, { email }: MadeTenant): Credential[] {
  return [...state.logins.values()].find((login) => login.email === email)?.credentials ?? [];
}

/** The pair that pods are given, per consumer. */
export function keptKey(objects: readonly ClusterObject[], consumer: Consumer) {
  const { name, accessKey, secretKey } = SECRETS[consumer];
  const secret = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === name);
  return { accessKey: decoded(secret?.data?.[accessKey]), secretKey: decoded(secret?.data?.[secretKey]) };
}

/** Each consumer has the one live key of its label, and its release runs with it. */
function keyFaults(api: ClearmlApi, tenant: MadeTenant, objects: readonly ClusterObject[]): string[] {
  const live = liveKeys(api, tenant);
  const ownSecrets = new Set(Object.values(SECRETS).map(({ name }) => name));
  const ofCharts = objects
    .filter(
      ({ kind, metadata }) => kind === "Secret" && !ownSecrets.has(metadata.name) && !metadata.labels?.owner,
    )
    .flatMap(({ data = {} }) => Object.values(data).map(decoded));
  return tenant.consumers.flatMap((consumer) => {
    const kept = keptKey(objects, consumer);
    const works = live.some(
      (each) =>
        each.label === `${consumer}:${tenant.name}` &&
        each.accessKey === kept.accessKey &&
        each.secretKey === kept.secretKey,
    );
    return [
      ...(works ? [] : [`the server does not take the key of the ${consumer}`]),
      // The agent's chart reads our secret, the gateway's makes one of its own.
      ...(consumer === "gateway" && !ofCharts.includes(kept.accessKey)
        ? ["the gateway runs with another key"]
        : []),
    ];
  });
}

interface StoredRecord {
  companyId?: string;
  adminUserId?: string;
  creatingAdmin?: string;
  helperUserId?: string;
  keys?: Record<string, { rotating?: unknown; replacing?: unknown }>;
}

function recordIn(objects: readonly ClusterObject[]): StoredRecord | undefined {
  const found = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === "clearml-tenant");
  const [json] = Object.values(found?.data ?? {});
  return json === undefined ? undefined : (JSON.parse(decoded(json)) as StoredRecord);
}

function recordFaults(
  { state }: ClearmlApi,
  tenant: MadeTenant,
  objects: readonly ClusterObject[],
): string[] {
  const record = recordIn(objects);
  if (!record) return ["nothing is remembered"];
  const admin = [...state.logins.values()].find(({ email }) => email === tenant.email);
  const { companyId, adminUserId, creatingAdmin, helperUserId, keys = {} } = record;
  return [
    ...(companyId === admin?.company ? [] : [`company ${companyId} is remembered`]),
    ...(adminUserId === admin?.id ? [] : [`administrator ${adminUserId} is remembered`]),
    ...(creatingAdmin === undefined ? [] : ["an administrator is remembered as begun"]),
    ...(helperUserId === undefined ? [] : ["a user that helps is remembered"]),
    ...Object.entries(keys)
      .filter(([, key]) => key.rotating !== undefined || key.replacing !== undefined)
      .map(([consumer]) => `the key of the ${consumer} is remembered as being exchanged`),
  ];
}

interface StoredStatus {
  name: string;
  version: number;
  status: string;
  recorded: string;
}

function storedReleases(objects: readonly ClusterObject[]): StoredStatus[] {
  return objects
    .filter(({ metadata }) => metadata.labels?.owner === "helm")
    .map(({ metadata: { labels = {} }, data = {} }) => ({
      name: labels.name ?? "",
      version: Number(labels.version),
      status: labels.status ?? "",
      recorded: (
        JSON.parse(gunzipSync(Buffer.from(decoded(data.release), "base64")).toString()) as {
          info: { status: string };
        }
      ).info.status,
    }));
}

function releaseFaults({ consumers }: MadeTenant, objects: readonly ClusterObject[]): string[] {
  const stored = storedReleases(objects);
  const wanted = consumers.map((consumer) => RELEASES[consumer]);
  return [
    ...stored
      .filter(({ status, recorded }) => status.startsWith("pending") || status !== recorded)
      .map(
        ({ name, version, status, recorded }) => `${name} ${version} is ${status}, recorded as ${recorded}`,
      ),
    ...wanted.flatMap((name) => {
      const newest = stored.filter((each) => each.name === name).sort((a, b) => b.version - a.version)[0];
      return newest?.status === "deployed" ? [] : [`release ${name} is ${newest?.status ?? "not there"}`];
    }),
  ];
}

function workloadFaults({ kind, metadata, spec, status = {} }: ClusterObject): string[] {
  if (kind !== "Deployment" && kind !== "StatefulSet") return [];
  const replicas = spec?.replicas ?? 1;
  const ready =
    status.observedGeneration === metadata.generation &&
    [status.replicas, status.updatedReplicas, status.readyReplicas].every((count) => count === replicas);
  return ready ? [] : [`${kind} ${metadata.name} is not ready`];
}

function leaseFaults({ deployment }: TenantWorld): string[] {
  return listed(deployment.world.kubectl("get", "leases", "-A", "-o", "json"))
    .filter(({ metadata, spec }) => metadata.name.startsWith("clearml-actions") && spec?.holderIdentity)
    .map(({ metadata, spec }) => `the lease ${metadata.name} is still held by ${spec?.holderIdentity}`);
}

function decoded(text: string | undefined): string {
  return Buffer.from(text ?? "", "base64").toString();
}
