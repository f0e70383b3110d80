import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Authority } from "./certificates.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { STORAGE_CLASS } from "./objects.ts";
import { GATEWAY } from "./real-node/layout.ts";
import { clusterStages } from "./stages.ts";
import type { Supervision } from "./supervise.ts";
import type { ensureTools } from "./tools.ts";

/** Everything the parts of one cluster share. */
export interface Parts {
  supervision: Supervision;
  tools: Awaited<ReturnType<typeof ensureTools>>;
  authority: Authority;
  server: string;
  ports: { etcd: number; peer: number; api: number; manager: number; scheduler: number; kwok: number };
}

const SERVICE_RANGE = "10.96.0.0/16";
/** First address of the range: the API itself. */
const SERVER_NAMES = ["127.0.0.1", "localhost", "10.96.0.1", "kubernetes.default.svc", GATEWAY];

/** Everything but who watched what; without the half of each pair that says a request has come in. */
const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
`;

export async function startEtcd({ supervision, tools, ports }: Parts): Promise<void> {
  const client = etcdUrl(ports);
  const peer = `http://127.0.0.1:${ports.peer}`;
  await supervision.start({
    name: "etcd",
    command: tools.etcd,
    args: [
      `--data-dir=${join(supervision.folder, "etcd")}`,
      "--unsafe-no-fsync",
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ],
  });
}

/** Starts kube-apiserver; with `auditLog`, every request becomes a JSON line in that file. */
export async function startApiServer(parts: Parts, auditLog: string | undefined): Promise<void> {
  const { supervision, tools, authority, ports } = parts;
  const serving = await authority.issue("apiserver", "CN=kube-apiserver", SERVER_NAMES);
  const toKubelets = await authority.issue("kubelet-client", "CN=kube-apiserver,O=system:masters");
  const signing = serviceAccountKey(supervision.folder);
  const accounts = generateKeyPairSync("ec", { namedCurve: "P-256" });
  writeFileSync(signing, accounts.privateKey.export({ format: "pem", type: "sec1" }), { mode: 0o600 });
  const policy = join(supervision.folder, "audit-policy.yaml");
  writeFileSync(policy, AUDIT_POLICY);
  await supervision.start({
    name: "kube-apiserver",
    command: tools["kube-apiserver"],
    // Nobody needs what it does in the second before it ends in order: etcd and the folder go with it.
    endSignal: "SIGKILL",
    args: [
      `--etcd-servers=${etcdUrl(ports)}`,
      "--bind-address=127.0.0.1",
      // Where pods of a real node find it; fake ones never ask.
      `--advertise-address=${GATEWAY}`,
      `--secure-port=${ports.api}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${authority.certificate}`,
      `--kubelet-client-certificate=${toKubelets.certificate}`,
      `--kubelet-client-key=${toKubelets.key}`,
      "--kubelet-preferred-address-types=InternalIP",
      `--service-account-key-file=${signing}`,
      `--service-account-signing-key-file=${signing}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      "--authorization-mode=Node,RBAC",
      "--allow-privileged=true",
      ...(auditLog ? [`--audit-policy-file=${policy}`, `--audit-log-path=${auditLog}`] : []),
    ],
  });
}

export async function startControllers(parts: Parts): Promise<void> {
  const { supervision, tools, authority, ports } = parts;
  const common = async (name: string, port: number) => [
    `--kubeconfig=${await writeKubeconfig(authority, parts.server, { name, subject: `CN=system:${name}` })}`,
    "--leader-elect=false",
    // Controllers get their accounts one after the other; with the default of 20 requests a second that takes 5 s.
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--cert-dir=${supervision.folder}`,
  ];
  await supervision.start({
    name: "kube-controller-manager",
    command: tools["kube-controller-manager"],
    args: [
      ...(await common("kube-controller-manager", ports.manager)),
      `--service-account-private-key-file=${serviceAccountKey(supervision.folder)}`,
      `--root-ca-file=${authority.certificate}`,
      "--use-service-account-credentials",
    ],
  });
  await supervision.start({
    name: "kube-scheduler",
    command: tools["kube-scheduler"],
    args: await common("kube-scheduler", ports.scheduler),
  });
}

/**
 * Starts kwok for the nodes that say they are fake; a real one beside them is left alone.
 * @param programs folder where commands in pods are looked for first; without it there are none
 */
export async function startKwok(
  parts: Parts,
  kubeconfig: string,
  programs: string | undefined,
): Promise<void> {
  const { supervision, tools, authority, ports } = parts;
  const stages = join(supervision.folder, "stages.yaml");
  writeFileSync(stages, clusterStages(readFileSync(tools["kwok-stages"], "utf8"), STORAGE_CLASS));
  const serving = await authority.issue("kwok", "CN=kwok", ["127.0.0.1"]);
  await supervision.start({
    name: "kwok",
    command: tools.kwok,
    ...(programs ? { env: { PATH: [programs, process.env.PATH].join(delimiter) } } : {}),
    args: [
      ...(programs ? ["--enable-crds=Exec"] : []),
      `--kubeconfig=${kubeconfig}`,
      `--config=${stages}`,
      "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
      // Without it no lease is renewed, and after 40 s every node counts as not ready.
      "--node-lease-duration-seconds=40",
      "--node-ip=127.0.0.1",
      `--node-port=${ports.kwok}`,
      `--server-address=127.0.0.1:${ports.kwok}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
    ],
  });
}

function etcdUrl(ports: Parts["ports"]): string {
  return `http://127.0.0.1:${ports.etcd}`;
}

function serviceAccountKey(folder: string): string {
  return join(folder, "service-accounts.key");
}
