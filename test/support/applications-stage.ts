/** What an upload of applications plays on: a cluster, the ClearML API, and a server for the archive. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createContext } from "../../src/core/context.ts";
import type { Host } from "../../src/core/host.ts";
import { applicationsJob, planApplicationsUpload } from "../../src/deploy/applications-job.ts";
import { placeholdersFor } from "../../src/deploy/placeholders.ts";
import { type ClusterSession, openSession } from "../../src/deploy/session.ts";
import { connectKubernetes, type Kubernetes } from "../../src/kubernetes/api.ts";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import { resolveValues } from "../../src/overrides/resolve.ts";
import { startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { applicationsArchive } from "./applications-archive.ts";
import { type ClearmlApi, startClearmlApi } from "./clearml-api/server.ts";
import { serveHttp } from "./registries/http-server.ts";

export const SUPERVISOR = {
  accessKey: "SUPERVISORKEY0000000000001",
  secretKey: "supervisor-secret-canary-0001",
};
/** Part of the archive's address. */
export const SIGNATURE = "canary-signature-0123456789";
const MEMORY = { name: "clearml-actions-applications", namespace: "clearml" };
const VARIABLE = "CLEARML__secure__credentials__supervisor__user";

/** What the archive's address serves, and how often it was asked and sent the archive. */
export interface Served {
  archive: Uint8Array;
  etags: boolean;
  status: number;
  requests: number;
  sent: number;
}

/** How `clearml.yaml` and the step differ from the usual. */
export interface Given {
  /** Further lines of the component. */
  keys?: readonly string[];
  archive?: string;
  enabled?: boolean;
  supervisor?: boolean;
  env?: Record<string, string>;
}

/** What ClearML's script was told in one run. */
export interface Told {
  packages: Record<string, string>;
  ml: boolean;
  stdin: string;
  commandLine?: string;
}

/** What one run has written. */
export interface Written {
  lines: string[];
  problems: string[];
  masks: string[];
  summary: string;
}

type Work<T> = (session: ClusterSession, use: Use, target: Target) => Promise<T>;
type Use = ClusterSession["environment"]["components"][number];
type Target = Parameters<typeof applicationsJob>[2];

export interface Stage {
  api: ClearmlApi;
  kubernetes: Kubernetes;
  served: Served;
  /** Of the last run. */
  written: Written;
  folder: string;
  /** Forgets everything; before each test. */
  reset(): Promise<void>;
  upload(given?: Given): Promise<Awaited<ReturnType<ReturnType<typeof applicationsJob>["run"]>>>;
  plan(given?: Given): ReturnType<typeof planApplicationsUpload>;
  uploads(): Told[];
  /** The files that outlive the runs, by name. */
  leftovers(): Map<string, string>;
  memory(): Promise<KubernetesObject | undefined>;
  stop(): Promise<void>;
}

export async function startStage(): Promise<Stage> {
  const tools = await ensureTools(["kubectl"]);
  const served = { archive: applicationsArchive(), etags: true, status: 200, requests: 0, sent: 0 };
  const [cluster, api, server] = await Promise.all([
    startCluster(),
    startClearmlApi({ identities: [{ name: "supervisor", role: "root", ...SUPERVISOR }] }),
    serveArchive(served),
  ]);
  const folder = mkdtempSync(join(tmpdir(), "applications-stage-"));
  const env = {
    ...(process.env as Record<string, string>),
    PATH: [dirname(tools.kubectl), process.env.PATH].join(delimiter),
    KUBECONFIG: cluster.kubeconfig,
    CLEARML_APPS_URL: `${server.url}/private/apps.zip?signature=${SIGNATURE}`,
    SUPERVISOR_KEY: SUPERVISOR.accessKey,
    SUPERVISOR_SECRET: SUPERVISOR.secretKey,
    UPLOADED: join(folder, "uploaded.jsonl"),
  };
  const nothing = { lines: [], problems: [], masks: [], summary: "" };
  const connection = createContext(recordingHost(nothing, env, tmpdir()), new AbortController().signal);
  const kubernetes = await connectKubernetes(connection.context);
  const stage: Pick<Stage, "written"> = { written: nothing };
  const inSession = async <T>(given: Given, work: Work<T>): Promise<T> => {
    stage.written = { lines: [], problems: [], masks: [], summary: "" };
    writeFileSync(join(folder, "clearml.yaml"), environmentFile(given));
    const host = recordingHost(stage.written, { ...env, ...given.env }, folder);
    const handle = createContext(host, new AbortController().signal);
    try {
      const session = await openSession(join(folder, "clearml.yaml"), 60_000, handle.context);
      const [controlPlane, use] = session.environment.components as [Use, Use];
      const names = placeholdersFor(controlPlane, session.environment, session.secrets);
      const target = { apiUrl: api.url, controlPlane: resolveValues(controlPlane, names) };
      return await work({ ...session, kubernetes } as ClusterSession, use, target);
    } finally {
      stage.written.summary = handle.section();
      await handle.close();
    }
  };
  return Object.assign(stage, {
    api,
    kubernetes,
    served,
    folder,
    async reset() {
      for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true });
      Object.assign(served, {
        archive: applicationsArchive(),
        etags: true,
        status: 200,
        requests: 0,
        sent: 0,
      });
      await kubernetes.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: MEMORY.namespace } });
      await kubernetes.apply({ apiVersion: "v1", kind: "ConfigMap", metadata: MEMORY, data: {} });
    },
    upload: (given: Given = {}) => inSession(given, (...parts) => applicationsJob(...parts).run()),
    plan: (given: Given = {}) => inSession(given, planApplicationsUpload),
    uploads: () => uploadsIn(folder),
    leftovers: () => leftoversIn(folder),
    memory: () => kubernetes.get(`/api/v1/namespaces/${MEMORY.namespace}/configmaps/${MEMORY.name}`),
    async stop() {
      await connection.close();
      await Promise.all([cluster.stop(), api.stop(), server.stop()]);
      rmSync(folder, { recursive: true });
    },
  });
}

function serveArchive(served: Served) {
  return serveHttp((request, response) => {
    served.requests += 1;
    const etag = `"${createHash("md5").update(served.archive).digest("hex")}"`;
    const isKnown = served.etags && request.headers["if-none-match"] === etag;
    if (served.status !== 200 || isKnown) {
      response.writeHead(isKnown ? 304 : served.status).end();
      return;
    }
    served.sent += 1;
    response.writeHead(200, served.etags ? { ETag: etag } : {}).end(served.archive);
  });
}

function environmentFile(given: Given): string {
  const { keys = [], archive = "${CLEARML_APPS_URL}", enabled = true, supervisor = true } = given;
  const variables = [
    `{ name: ${VARIABLE}_key, value: '"\${SUPERVISOR_KEY}"' }`,
    `{ name: ${VARIABLE}_secret, value: '"\${SUPERVISOR_SECRET}"' }`,
  ];
  return [
    "version: 1",
    "name: test",
    "baseDomain: ml.example.com",
    "secrets: [CLEARML_APPS_URL, SUPERVISOR_KEY, SUPERVISOR_SECRET]",
    "components:",
    "  control-plane:",
    "    values:",
    `      clearmlApplications: { enabled: ${enabled} }`,
    `      apiserver: { extraEnvs: [${supervisor ? variables.join(", ") : ""}] }`,
    "  applications:",
    `    archive: ${archive}`,
    ...keys.map((key) => `    ${key}`),
  ].join("\n");
}

function uploadsIn(folder: string): Told[] {
  if (!readdirSync(folder).includes("uploaded.jsonl")) return [];
  const lines = readFileSync(join(folder, "uploaded.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as Told);
}

function leftoversIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .filter(({ name }) => !["clearml.yaml", "uploaded.jsonl"].includes(name))
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]),
  );
}

/** A runner that keeps everything it is told. */
function recordingHost(written: Written, env: Record<string, string>, tempRoot: string): Host {
  return {
    kind: "github",
    env,
    tempRoot,
    input: () => undefined,
    announceSecret: (value) => void written.masks.push(value),
    line: (text) => void written.lines.push(text),
    debug: (text) => void written.lines.push(text),
    openGroup: () => undefined,
    closeGroup: () => undefined,
    annotate: (level, { message, hint }) => void written.problems.push(`${level}: ${message}; ${hint}`),
    summary: async () => undefined,
    outputs: () => undefined,
    saveState: () => undefined,
    readState: () => "",
    exportVariable: () => undefined,
    addPath: () => undefined,
  };
}
