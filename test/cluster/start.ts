import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Authority, createAuthority } from "./certificates.ts";
import { startKind } from "./kind.ts";
import {
  clusterObjects,
  type NodeShape,
  nodeObject,
  recommendedNodes,
  stagesWithFailures,
} from "./objects.ts";
import { PINS } from "./pins.ts";
import { freePorts, type Supervision, supervise } from "./supervise.ts";
import { ensureTools } from "./tools.ts";

/** A cluster to deploy to. It ends with the process that started it, however that ends. */
export interface Cluster {
  kubeconfig: string;
  /** A kubeconfig whose user may do nothing. */
  unprivilegedKubeconfig: string;
  server: string;
  version: string;
  /** JSON lines, one per request, with `auditLog`. */
  auditLog?: string;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  nodes?: readonly NodeShape[];
  auditLog?: boolean;
  log?: (line: string) => void;
}

const SERVICE_RANGE = "10.96.0.0/16";
const COMPONENTS = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kwok-stages",
  "kubectl",
] as const;
type Tools = Awaited<ReturnType<typeof ensureTools>>;

interface Parts {
  supervision: Supervision;
  tools: Tools;
  authority: Authority;
  ports: { etcd: number; peer: number; api: number; manager: number; scheduler: number; kwok: number };
}

/**
 * Starts a real control plane with nodes that kwok plays, about 4 s with the tools at hand. With `CLUSTER=kind` in
 * the environment it is a kind cluster instead.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  if (process.env.CLUSTER === "kind") return startKind(options.log);
  const tools = await ensureTools(COMPONENTS, options);
  const supervision = supervise("cluster");
  try {
    return await startParts(supervision, tools, options);
  } catch (thrown) {
    await supervision.stop();
    throw thrown;
  }
}

async function startParts(supervision: Supervision, tools: Tools, options: ClusterOptions): Promise<Cluster> {
  const [etcd = 0, peer = 0, api = 0, manager = 0, scheduler = 0, kwok = 0] = await freePorts(6);
  const parts: Parts = {
    supervision,
    tools,
    authority: await createAuthority(supervision.folder),
    ports: { etcd, peer, api, manager, scheduler, kwok },
  };
  const server = `https://127.0.0.1:${api}`;
  const client = await parts.authority.issue("admin", "CN=admin,O=system:masters");
  const kubeconfig = await writeKubeconfig(parts, "admin", client);
  const auditLog = await startApiServer(parts, options.auditLog ?? false);
  await supervision.until("kube-apiserver becoming ready", () =>
    isReady(server, parts.authority.certificate, client),
  );
  await Promise.all([
    startControllers(parts),
    createObjects(tools.kubectl, kubeconfig, options.nodes ?? recommendedNodes(3)),
  ]);
  await startKwok(parts, kubeconfig);
  await supervision.until("the nodes becoming ready", () => nodesReady(tools.kubectl, kubeconfig));
  await supervision.until("the controllers being at work", () => controllersWork(tools.kubectl, kubeconfig));
  const nobody = await parts.authority.issue("nobody", "CN=nobody");
  return {
    kubeconfig,
    unprivilegedKubeconfig: await writeKubeconfig(parts, "nobody", nobody),
    server,
    version: `v${PINS.kubernetes}`,
    ...(auditLog ? { auditLog } : {}),
    stop: () => supervision.stop(),
  };
}

async function startApiServer(
  { supervision, tools, authority, ports }: Parts,
  audit: boolean,
): Promise<string | undefined> {
  const { folder } = supervision;
  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  await supervision.start({
    name: "etcd",
    command: tools.etcd,
    args: [
      `--data-dir=${join(folder, "etcd")}`,
      "--unsafe-no-fsync",
      ...[`--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`],
      ...[
        `--listen-peer-urls=${peer}`,
        `--initial-advertise-peer-urls=${peer}`,
        `--initial-cluster=default=${peer}`,
      ],
    ],
  });
  const names = ["127.0.0.1", "localhost", "10.96.0.1", "kubernetes.default.svc"];
  const serving = await authority.issue("apiserver", "CN=kube-apiserver", names);
  const accounts = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signing = join(folder, "service-accounts.key");
  writeFileSync(signing, accounts.privateKey.export({ format: "pem", type: "sec1" }), { mode: 0o600 });
  const auditLog = join(folder, "audit.log");
  const policy = join(folder, "audit-policy.yaml");
  writeFileSync(
    policy,
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n",
  );
  await supervision.start({
    name: "kube-apiserver",
    command: tools["kube-apiserver"],
    args: [
      `--etcd-servers=${etcd}`,
      ...["--bind-address=127.0.0.1", `--secure-port=${ports.api}`],
      ...[`--tls-cert-file=${serving.certificate}`, `--tls-private-key-file=${serving.key}`],
      `--client-ca-file=${authority.certificate}`,
      ...[`--service-account-key-file=${signing}`, `--service-account-signing-key-file=${signing}`],
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      "--authorization-mode=Node,RBAC",
      "--allow-privileged=true",
      "--kubelet-preferred-address-types=InternalIP",
      ...(audit ? [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`] : []),
    ],
  });
  return audit ? auditLog : undefined;
}

async function startControllers(parts: Parts): Promise<void> {
  const { supervision, tools, authority, ports } = parts;
  const common = (port: number, kubeconfig: string) => [
    `--kubeconfig=${kubeconfig}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${supervision.folder}`,
    // The defaults (20 requests a second) make the start three seconds slower.
    ...["--kube-api-qps=500", "--kube-api-burst=1000"],
  ];
  const identity = async (name: string) =>
    writeKubeconfig(parts, name, await authority.issue(name, `CN=system:${name}`));
  await supervision.start({
    name: "kube-controller-manager",
    command: tools["kube-controller-manager"],
    args: [
      ...common(ports.manager, await identity("kube-controller-manager")),
      `--service-account-private-key-file=${join(supervision.folder, "service-accounts.key")}`,
      `--root-ca-file=${authority.certificate}`,
      "--use-service-account-credentials",
    ],
  });
  await supervision.start({
    name: "kube-scheduler",
    command: tools["kube-scheduler"],
    args: common(ports.scheduler, await identity("kube-scheduler")),
  });
}

async function startKwok({ supervision, tools, authority, ports }: Parts, kubeconfig: string): Promise<void> {
  const stages = join(supervision.folder, "stages.yaml");
  writeFileSync(stages, stagesWithFailures(readFileSync(tools["kwok-stages"], "utf8")));
  const serving = await authority.issue("kubelet", "CN=kwok", ["127.0.0.1"]);
  await supervision.start({
    name: "kwok",
    command: tools.kwok,
    args: [
      ...[`--kubeconfig=${kubeconfig}`, `--config=${stages}`, "--manage-all-nodes=true"],
      // Without it no lease is renewed, and after 40 s every node counts as not ready.
      "--node-lease-duration-seconds=40",
      ...["--node-ip=127.0.0.1", `--node-port=${ports.kwok}`, `--server-address=127.0.0.1:${ports.kwok}`],
      ...[`--tls-cert-file=${serving.certificate}`, `--tls-private-key-file=${serving.key}`],
    ],
  });
}

async function writeKubeconfig(
  parts: Parts,
  name: string,
  client: { certificate: string; key: string },
): Promise<string> {
  const path = join(parts.supervision.folder, `${name}.kubeconfig`);
  const base64 = (file: string) => readFileSync(file).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: name } }],
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${parts.ports.api}`,
          "certificate-authority-data": base64(parts.authority.certificate),
        },
      },
    ],
    users: [
      {
        name,
        user: {
          "client-certificate-data": base64(client.certificate),
          "client-key-data": base64(client.key),
        },
      },
    ],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

function isReady(server: string, ca: string, client: { certificate: string; key: string }): Promise<boolean> {
  const tls = { ca: readFileSync(ca), cert: readFileSync(client.certificate), key: readFileSync(client.key) };
  return new Promise((resolve) => {
    const probe = request(`${server}/readyz`, { ...tls, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.on("error", () => resolve(false));
    probe.on("timeout", () => probe.destroy());
    probe.end();
  });
}

/** Creates the objects in one call. The namespaces and the default service account come from the controllers. */
function createObjects(kubectl: string, kubeconfig: string, nodes: readonly NodeShape[]): Promise<void> {
  const items = [...nodes.map(nodeObject), ...clusterObjects()];
  return new Promise((resolve, reject) => {
    const child = spawn(kubectl, ["--kubeconfig", kubeconfig, "create", "-f", "-"], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`the cluster's objects: ${stderr}`)),
    );
    child.stdin.end(JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  });
}

async function nodesReady(kubectl: string, kubeconfig: string): Promise<boolean> {
  const path = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{" "}{end}';
  const { stdout } = await promisify(execFile)(kubectl, [
    "--kubeconfig",
    kubeconfig,
    "get",
    "nodes",
    "-o",
    `jsonpath=${path}`,
  ]);
  const states = stdout.trim().split(" ");
  return states.every((state) => state === "True");
}

/** The controllers start one after the other; before this one no pod is admitted. */
async function controllersWork(kubectl: string, kubeconfig: string): Promise<boolean> {
  const args = ["--kubeconfig", kubeconfig, "-n", "default", "get", "serviceaccount", "default"];
  return (await promisify(execFile)(kubectl, args)).stdout !== "";
}
