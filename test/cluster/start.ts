import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Authority, createAuthority } from "./certificates.ts";
import { type Parts, startApiServer, startControllers, startEtcd, startKwok } from "./components.ts";
import { EXECS_PATH, execDefinition } from "./exec.ts";
import { startKind } from "./kind.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { createObjects, kubectlFor } from "./kubectl.ts";
import { clusterObjects, type NodeShape, nodeObject, recommendedNodes } from "./objects.ts";
import { PINS } from "./pins.ts";
import { freePorts, supervise } from "./supervise.ts";
import { ensureTools } from "./tools.ts";

/** A cluster to deploy to. It ends with the process that started it, however that ends. */
export interface Cluster {
  kubeconfig: string;
  /** A kubeconfig whose user may do nothing. */
  unprivilegedKubeconfig: string;
  server: string;
  version: string;
  /** Private folder, gone after `stop`; holds the log of every part. */
  dir: string;
  /** JSON lines, one per request, with `auditLog`. */
  auditLog?: string;
  /** Issues certificates this cluster trusts. Absent with kind. */
  authority?: Authority;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  nodes?: readonly NodeShape[];
  auditLog?: boolean;
  /**
   * Folder with programs: a command in a pod that has an `execObject` (exec.ts) runs on this machine, and is looked for
   * there first. Not with kind, whose pods are real.
   */
  exec?: string;
  log?: (line: string) => void;
}

const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kwok-stages",
  "kubectl",
] as const;

/** Somebody may take a port between our finding it free and a server's binding it. */
const TRIES = 3;

/**
 * Starts a real control plane with nodes that kwok plays, about 4 s with the tools at hand. Pods become ready at once,
 * or fail on demand (`FAIL_ANNOTATION` of stages.ts); Jobs succeed at once. With `CLUSTER=kind` in the environment it
 * is a kind cluster instead, whose nodes and pods are real. Throws with the last words of the part that ended.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  if (process.env.CLUSTER === "kind") return startKind(options);
  const tools = await ensureTools(COMPONENTS, options);
  for (let tried = 1; ; tried++) {
    const supervision = supervise("cluster");
    try {
      const [etcd = 0, peer = 0, api = 0, manager = 0, scheduler = 0, kwok = 0] = await freePorts(6);
      const ports = { etcd, peer, api, manager, scheduler, kwok };
      const authority = await createAuthority(supervision.folder);
      return await startParts(
        { supervision, tools, authority, ports, server: `https://127.0.0.1:${api}` },
        options,
      );
    } catch (thrown) {
      await supervision.stop();
      if (tried === TRIES || !/address already in use/.test((thrown as Error).message)) throw thrown;
    }
  }
}

async function startParts(parts: Parts, options: ClusterOptions): Promise<Cluster> {
  const { supervision, tools, authority, server } = parts;
  const { folder } = supervision;
  const auditLog = options.auditLog ? join(folder, "audit.log") : undefined;
  await startEtcd(parts);
  await startApiServer(parts, auditLog);
  const subject = "CN=admin,O=system:masters";
  const kubeconfig = await writeKubeconfig(authority, server, { name: "admin", subject });
  const ask = (path: string) => get(`${server}${path}`, authority);
  await supervision.until("kube-apiserver becoming ready", async () => (await ask("/readyz")) === "ok");
  const kubectl = kubectlFor(tools.kubectl, kubeconfig);
  const nodes = options.nodes ?? recommendedNodes(3);
  await Promise.all([
    startControllers(parts),
    createObjects(kubectl, [
      ...nodes.map(nodeObject),
      ...clusterObjects(),
      ...(options.exec ? [execDefinition()] : []),
    ]),
  ]);
  if (options.exec) {
    const isServed = async () => (await ask(EXECS_PATH)).includes('"ExecList"');
    await supervision.until("the commands of pods being known", isServed);
  }
  await startKwok(parts, kubeconfig, options.exec);
  const kwok = `https://127.0.0.1:${parts.ports.kwok}/healthz`;
  // Without nodes nothing else would show that somebody else has its port.
  await supervision.until("kwok answering", async () => (await get(kwok, authority)) === "ok");
  await supervision.until("the nodes becoming ready", () => isUsable(ask));
  const nobody = { name: "nobody", subject: "CN=nobody" };
  return {
    kubeconfig,
    unprivilegedKubeconfig: await writeKubeconfig(authority, server, nobody),
    server,
    version: `v${PINS.kubernetes}`,
    dir: folder,
    ...(auditLog ? { auditLog } : {}),
    authority,
    stop: () => supervision.stop(),
  };
}

/** What the API server answers the administrator; a program started for each question would slow the start down. */
function get(url: string, { certificate, folder }: Authority): Promise<string> {
  const [ca, cert, key] = [certificate, join(folder, "admin.crt"), join(folder, "admin.key")].map((file) =>
    readFileSync(file),
  );
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, cert, key, timeout: 2_000, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.end();
  });
}

/** Whether pods can be created and placed: every node is ready and untainted, and accounts are given out. */
async function isUsable(ask: (path: string) => Promise<string>): Promise<boolean> {
  const items = async (kind: string) =>
    (JSON.parse(await ask(`/api/v1/${kind}`)) as { items: NodeState[] }).items;
  const [nodes, accounts] = await Promise.all([items("nodes"), items("namespaces/default/serviceaccounts")]);
  return accounts.length > 0 && nodes.every(isReadyNode);
}

interface NodeState {
  spec: { taints?: { key: string }[] };
  status: { conditions?: { type: string; status: string }[] };
}

function isReadyNode({ spec, status }: NodeState): boolean {
  const ready = status.conditions?.find((condition) => condition.type === "Ready");
  const untouched = !spec.taints?.some(({ key }) => key === "node.kubernetes.io/not-ready");
  return ready?.status === "True" && untouched;
}
