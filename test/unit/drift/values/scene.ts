/** An environment with a control plane, Redis and a tenant, all as its files say; and what a scan of it finds. */
import { createHash, createSecretKey } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Context } from "../../../../src/core/context.ts";
import { createSecrets } from "../../../../src/core/secrets.ts";
import { readFacts } from "../../../../src/drift/facts.ts";
import type { Found, Scan } from "../../../../src/drift/model.ts";
import { releaseFindings } from "../../../../src/drift/values/findings.ts";
import { loadEnvironment } from "../../../../src/environment/load.ts";
import type { ComponentUse, Environment } from "../../../../src/environment/model.ts";
import { recordedDigest } from "../../../../src/helm/description.ts";
import type { ReleaseRecord } from "../../../../src/helm/record.ts";
import { type StoredObjects, storedObjects } from "../../deploy/stored-objects.ts";
import { type Files, inFolder } from "../../environment/support.ts";

export const NOW = new Date("2026-11-21T12:00:00Z");
export const DEPLOYED = new Date("2026-11-20T08:00:00Z");
export const OURS = `chart sha256:${"a".repeat(64)} by https://github.com/o/r/actions/runs/1/attempts/1`;

export const FILES: Files = {
  "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
secrets: [TOKEN, LICENSE]
components:
  control-plane: { version: 10.12.7, overrides: [server.yaml] }
  redis: { version: 17.8.3, namespace: redis-shared }
tenants:
  - name: acme
    admin: { name: A, email: admin@acme.example }
    queues: [default]
    components:
      agent:
        version: 6.14.6
        values: { imageCredentials: { password: "\${TOKEN}" }, company: "\${COMPANY_ID}" }
      app-gateway:
        version: 3.2.0
        values:
          ingress: { enabled: true, hostName: "\${TENANT}.\${BASE_DOMAIN}" }
          redis: { url: "redis://:\${REDIS_PASSWORD}@redis:6379" }
`,
  "server.yaml": `imageCredentials: { password: "\${TOKEN}" }
apiserver:
  replicas: 2
  extraEnvs:
    - { name: CLEARML__license, value: "\${LICENSE}" }
    - { name: LEVEL, value: info }
`,
};

const SERVER_SECRET = { apiserver_key: "SERVERKEY00001", apiserver_secret: "server-secret-000001" };
const AGENT = { agentk8sglue_key: "AGENTKEY000001", agentk8sglue_secret: "agent-secret-0000001" };
const GATEWAY = { access_key: "GATEWAYKEY0001", secret_key: "gateway-secret-00001" };

/** What was deployed for these files, with everything that only a deployment knows. */
export const DEPLOYED_VALUES: Readonly<Record<string, Record<string, unknown>>> = {
  "control-plane": {
    imageCredentials: { password: "token-0001" },
    apiserver: {
      replicas: 2,
      extraEnvs: [
        { name: "CLEARML__license", value: "license-text-0001" },
        { name: "LEVEL", value: "info" },
      ],
    },
  },
  redis: {},
  agent: {
    imageCredentials: { password: "token-0001" },
    company: "c".repeat(32),
    clearml: { existingAgentk8sglueSecret: "clearml-agent-credentials" },
    agentk8sglue: {
      apiServerUrlReference: "https://api.ml.example.com",
      fileServerUrlReference: "https://files.ml.example.com",
      webServerUrlReference: "https://app.ml.example.com",
      queues: { default: { templateOverrides: {} } },
    },
  },
  "app-gateway": {
    ingress: { enabled: true, hostName: "acme.ml.example.com" },
    redis: { url: "redis://:redis-password-1@redis:6379" },
    clearml: {
      apiKey: GATEWAY.access_key,
      apiSecret: GATEWAY.secret_key,
      apiServerUrlReference: "https://api.ml.example.com",
    },
  },
};

const CHARTS: Readonly<Record<string, string>> = {
  "control-plane": "clearml-enterprise",
  redis: "redis",
  agent: "clearml-enterprise-agent",
  "app-gateway": "clearml-enterprise-app-gateway",
};

/** The record of a component's release as a deployment left it. */
export function recordFor(use: ComponentUse, changes: Partial<ReleaseRecord> = {}): ReleaseRecord {
  const chartDigest = recordedDigest(changes.description ?? OURS);
  return {
    release: use.release,
    namespace: use.namespace,
    revision: 2,
    status: "deployed",
    chart: CHARTS[use.id] ?? use.id,
    chartVersion: use.version ?? "",
    ...(chartDigest ? { chartDigest } : {}),
    values: structuredClone(DEPLOYED_VALUES[use.id] ?? {}),
    applyMethod: "server",
    manifest: "",
    hooks: "",
    description: OURS,
    updated: DEPLOYED,
    secret: `sh.helm.release.v1.${use.release}.v2`,
    resourceVersion: "1",
    ...changes,
  };
}

export interface Scene {
  files?: Files;
  /** Values of secrets that the step was given. */
  secrets?: Readonly<Record<string, string>>;
  /** What is otherwise in the records; null for no release. */
  records?: Readonly<Record<string, Partial<ReleaseRecord> | null>>;
  /** Components whose record could not be read. */
  unknown?: readonly string[];
  /** Changes the cluster before it is looked at. */
  before?(cluster: StoredObjects): void;
}

export const ALL_SECRETS = { TOKEN: "token-0001", LICENSE: "license-text-0001" };

/** Scans the releases of the scene. */
export async function findingsOf(scene: Scene): Promise<Found> {
  return inFolder({ ...FILES, ...scene.files }, async (cwd) => {
    const environment = await loadEnvironment("clearml.yaml", { cwd });
    const cluster = storedCluster(environment);
    scene.before?.(cluster);
    const scan = scanOf(environment, cluster, scene.secrets ?? ALL_SECRETS);
    const records = new Map(
      scan.uses.flatMap((use) => {
        const changes = scene.records?.[use.id];
        const isRead = changes !== null && !scene.unknown?.includes(use.id);
        return isRead ? [[use, recordFor(use, changes)] as const] : [];
      }),
    );
    const unknown = new Set(scan.uses.filter(({ id }) => scene.unknown?.includes(id)));
    return releaseFindings(scan, { records, unknown }, await readFacts(scan));
  });
}

/** As quick as a test needs it. */
const TAG: Scan["tag"] = Object.assign((secret: string) => sha256(secret).slice(0, 8), {
  key: createSecretKey(Buffer.from("key of a test")),
});

export function scanOf(
  environment: Environment,
  { kubernetes }: StoredObjects,
  secrets: Readonly<Record<string, string>> = ALL_SECRETS,
): Scan {
  return {
    context: { secrets: createSecrets(() => undefined), env: {} } as unknown as Context,
    environment,
    secrets: new Map(Object.entries(secrets)),
    kubernetes,
    uses: [...environment.components, ...environment.tenants.flatMap(({ components }) => components)],
    tenants: environment.tenants,
    tag: TAG,
    now: NOW,
    options: { tlsDays: 14, managers: [] },
  };
}

/** A cluster with the Secrets of the shared services and of the tenants. */
export function storedCluster(environment: Environment): StoredObjects {
  const cluster = storedObjects();
  putSecret(cluster, "clearml", "clearml-conf", SERVER_SECRET);
  putSecret(cluster, "redis-shared", "redis", { "redis-password": "redis-password-1" });
  for (const { name, namespace } of environment.tenants) {
    const labels = { "clearml-actions/tenant": name, "clearml-actions/environment": environment.name };
    const record = { "record.json": JSON.stringify({ companyId: "c".repeat(32), adminUserId: "u1" }) };
    putSecret(cluster, namespace, "clearml-tenant", record, { labels, type: "clearml-actions/tenant" });
    putSecret(cluster, namespace, "clearml-agent-credentials", AGENT, { labels });
    putSecret(cluster, namespace, "clearml-gateway-credentials", GATEWAY, { labels });
  }
  for (const { namespace } of [...environment.components, ...environment.tenants])
    cluster.put(`/api/v1/namespaces/${namespace}`, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
  return cluster;
}

export function putSecret(
  cluster: StoredObjects,
  namespace: string,
  name: string,
  texts: Readonly<Record<string, string>>,
  { labels = {}, type = "Opaque" }: { labels?: Record<string, string>; type?: string } = {},
): void {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
  );
  cluster.put(`/api/v1/namespaces/${namespace}/secrets/${name}`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels },
    type,
    data,
  });
}

/** An earlier revision of a release as Helm stores it. */
export function putRevision(
  cluster: StoredObjects,
  { namespace, release }: { namespace: string; release: string },
  revision: number,
  description: string,
): void {
  const stored = {
    name: release,
    namespace,
    version: revision,
    info: { status: "superseded", description },
    chart: { metadata: { name: "c", version: "1.0.0" } },
  };
  const packed = gzipSync(JSON.stringify(stored)).toString("base64");
  putSecret(
    cluster,
    namespace,
    `sh.helm.release.v1.${release}.v${revision}`,
    { release: packed },
    { labels: { owner: "helm", name: release, version: String(revision), status: "superseded" } },
  );
}

/** Class, component and path of each finding, one text each. */
export function placesOf({ findings }: Found): string[] {
  return findings.map(({ class: kind, component, tenant, path, object }) =>
    [kind, tenant ? `${component} of ${tenant}` : component, path ?? object?.kind].join(" "),
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
