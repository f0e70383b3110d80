/** The environments `full-stack` and `community` on real parts, and what tests look at afterwards. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { applicationsArchive } from "./applications-archive.ts";
import { type ClearmlApi, startClearmlApi } from "./clearml-api/server.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import type { Policy } from "./network-policies.ts";
import { serveHttp } from "./registries/http-server.ts";
import { OCI_PATH } from "./registries/start-all.ts";
import type { ActionRun } from "./run-action.ts";
import { SECRETS } from "./world.ts";

const ENVIRONMENTS = resolve(import.meta.dirname, "../fixtures/environments");

/** Secrets of the environments beside those every world has. Unmistakable, so that a leak is found by searching. */
const MORE_SECRETS = {
  CLEARML_BILLING_TOKEN: "canary-billing-token-4b7e",
  FIXED_USER_PASSWORD: "canary-fixed-user-password-91",
  AUTH0_CLIENT_SECRET: "canary-auth0-client-secret-77aa",
  KEYCLOAK_CLIENT_SECRET: "canary-keycloak-client-secret-3c",
  KAFKA_PASSWORD: "canary-kafka-password-0d52",
  SHARED_REDIS: "canary-shared-redis-password-6611",
  PRESIGN_KEY: "CANARYPRESIGNKEY000000000001",
  PRESIGN_SECRET: "canary-presign-secret-000000000000000000001",
  EVENTS_KEY: "CANARYEVENTSKEY0000000000001",
  EVENTS_SECRET: "canary-events-secret-0000000000000000000001",
  PLATFORM_KEY: "CANARYPLATFORMKEY00000000001",
  PLATFORM_SECRET: "canary-platform-secret-00000000000000000001",
  SERVING_KEY: "CANARYSERVINGKEY000000000001",
  SERVING_SECRET: "canary-serving-secret-000000000000000000001",
  AGENT_KEY: "CANARYAGENTKEY00000000000001",
  AGENT_SECRET: "canary-agent-secret-00000000000000000000001",
};
export const ALL_SECRETS = { ...SECRETS, ...MORE_SECRETS };

export interface FullStack {
  deployment: Deployment;
  /** Every run, in order. */
  runs: ActionRun[];
  controlPlane(inputs?: Record<string, string>): Promise<ActionRun>;
  community(inputs?: Record<string, string>): Promise<ActionRun>;
  tenant(name: string): Promise<ActionRun>;
  /** An object of the cluster. */
  get(kind: string, namespace: string, name: string): KubernetesObject;
  policies(): Policy[];
  pods(namespace: string): Pod[];
  /** What ClearML's script was told, once for each time it ran. */
  uploads(): { packages: Record<string, string> }[];
  /** When each request that changed something came, by `verb resource namespace/name`. */
  changes(): { what: string; at: string }[];
  stop(): Promise<void>;
}

export interface KubernetesObject {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  data: Record<string, string>;
  spec: { template: { spec: { containers: Container[] } } };
}

interface Container {
  image: string;
  env?: { name: string; value?: string; valueFrom?: unknown }[];
}

export interface Pod {
  namespace: string;
  name: string;
  labels: Record<string, string>;
}

/** Starts everything; about 15 seconds. */
export async function startFullStack(): Promise<FullStack> {
  const deployment = await startDeployment({ auditLog: true });
  const { world } = deployment;
  const folder = mkdtempSync(join(tmpdir(), "full-stack-"));
  const uploaded = join(folder, "uploaded.jsonl");
  const supervisor = { accessKey: SECRETS.SUPERVISOR_KEY, secretKey: SECRETS.SUPERVISOR_SECRET };
  const [api, archive] = await Promise.all([
    startClearmlApi({ identities: [{ name: "supervisor", role: "root", ...supervisor }] }),
    serveHttp((_, response) => response.end(applicationsArchive())),
  ]);
  const folders = prepare(folder, deployment);
  const env = {
    ...MORE_SECRETS,
    CLEARML_APPS_URL: `${archive.url}/apps.zip?signature=canary-signature-8c1d`,
    UPLOADED: uploaded,
  };
  const runs: ActionRun[] = [];
  const act = async (name: string, config: string, inputs: Record<string, string>) => {
    const run = await deployment.act(name, { config: join(config, "clearml.yaml"), ...inputs }, { env });
    seen.clear();
    runs.push(run);
    return run;
  };
  // A look at the cluster is good until the next run.
  const seen = new Map<string, unknown>();
  const json = (...args: string[]) => {
    const what = args.join(" ");
    if (!seen.has(what)) seen.set(what, JSON.parse(world.kubectl(...args, "-o", "json")));
    return seen.get(what);
  };
  return {
    deployment,
    runs,
    controlPlane: (inputs = {}) =>
      act("deploy-control-plane", folders.fullStack, { "api-url": api.url, ...inputs }),
    community: (inputs = {}) => act("deploy-control-plane", folders.community, inputs),
    async tenant(name) {
      const server = await world.api();
      return act("deploy-tenant", folders.fullStack, { tenant: name, "api-url": server.url });
    },
    get: (kind, namespace, name) => json("get", kind, "-n", namespace, name) as KubernetesObject,
    policies: () => (json("get", "networkpolicies", "-A") as { items: Policy[] }).items,
    pods: (namespace) =>
      (json("get", "pods", "-n", namespace) as { items: { metadata: Pod }[] }).items.map(
        (each) => each.metadata,
      ),
    uploads: () => lines(uploaded) as { packages: Record<string, string> }[],
    changes: () => changesIn(world.cluster.auditLog ?? ""),
    async stop() {
      await Promise.all([deployment.stop(), stopAll(api, archive)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function stopAll(...parts: (ClearmlApi | { stop(): Promise<void> })[]): Promise<void> {
  await Promise.all(parts.map((part) => part.stop()));
}

/** Copies the environments and points them at the registries of this machine. */
function prepare(folder: string, { world }: Deployment): { fullStack: string; community: string } {
  const { registries } = world;
  const variables = {
    CHART_REGISTRY: `oci://${registries.oci.host}/${OCI_PATH}`,
    GPU_REPOSITORY: registries.open.url,
    REDIS_REPOSITORY: registries.open.url,
    PUBLIC_REPOSITORY: registries.open.url,
  };
  for (const name of ["full-stack", "community"]) {
    cpSync(join(ENVIRONMENTS, name), join(folder, name), { recursive: true });
    const file = join(folder, name, "clearml.yaml");
    const document = parseDocument(readFileSync(file, "utf8"));
    for (const [variable, value] of Object.entries(variables))
      if (document.hasIn(["variables", variable])) document.setIn(["variables", variable], value);
    writeFileSync(file, document.toString());
  }
  const charts = join(folder, "full-stack", "charts");
  mkdirSync(charts);
  cpSync(join(registries.charts, "clearml-billing-1.1.0.tgz"), join(charts, "clearml-billing-1.1.0.tgz"));
  return { fullStack: join(folder, "full-stack"), community: join(folder, "community") };
}

function lines(file: string): unknown[] {
  if (!readdirSync(join(file, "..")).includes("uploaded.jsonl")) return [];
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

interface AuditEvent {
  stage: string;
  verb: string;
  stageTimestamp: string;
  objectRef?: { resource: string; namespace?: string; name?: string };
  responseStatus?: { code: number };
}

/** The requests of an audit log that changed something. */
function changesIn(file: string): { what: string; at: string }[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(
      ({ stage, verb, responseStatus }) =>
        stage === "ResponseComplete" &&
        ["create", "update", "patch", "delete"].includes(verb) &&
        (responseStatus?.code ?? 500) < 300,
    )
    .map(({ verb, objectRef, stageTimestamp }) => ({
      what: `${verb} ${objectRef?.resource} ${objectRef?.namespace}/${objectRef?.name}`,
      at: stageTimestamp,
    }));
}
