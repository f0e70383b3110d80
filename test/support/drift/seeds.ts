/** What people do to a cluster behind a deployment's back: with kubectl and Helm, as they would. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import type { BusyCluster } from "./busy-cluster.ts";
import { CLIENT_SIDE, SERVER_SIDE } from "./busy-cluster.ts";
import type { Found } from "./scans.ts";

/** An edit by kubectl, and the finding it must lead to. */
export interface Seed {
  what: string;
  namespace: string;
  args: readonly string[];
  finding: Partial<Omit<Found, "object">> & { on: string };
}

const client = CLIENT_SIDE.namespace;
const server = SERVER_SIDE.namespace;
const serving = { component: CLIENT_SIDE.component };
const injector = { component: SERVER_SIDE.component };
const MODIFIED = { class: "modified" as const };
const MISSING = { class: "missing" as const, upgradeRepairs: true as const };
const ADDED = { class: "foreign-added" as const, upgradeRepairs: false as const };
/** A Secret's text that somebody has put in by hand. */
export const EDITED_SECRET = "canary-edited-secret-8801";

function merge(target: string, patch: object): string[] {
  return ["patch", target, "--type=merge", "--patch", JSON.stringify(patch)];
}

function strategic(target: string, patch: object): string[] {
  return ["patch", target, "--patch", JSON.stringify(patch)];
}

function json(target: string, ...operations: readonly object[]): string[] {
  return ["patch", target, "--type=json", "--patch", JSON.stringify(operations)];
}

const DEBUGGER = {
  spec: {
    template: { spec: { containers: [{ name: "debug", image: "busybox:1", command: ["sleep", "1d"] }] } },
  },
};

/** On a release that Helm applies by itself: an upgrade puts fields of built-in kinds back, whoever has written them. */
const CLIENT_SEEDS: readonly Seed[] = [
  {
    what: "a changed leaf",
    namespace: client,
    args: ["set", "image", "deployment/web", "web=example.com/web:2"],
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Deployment web", upgradeRepairs: true, manager: "kubectl-set" },
      path: "/spec/template/spec/containers/name=web/image",
      expected: '"example.com/web:1"',
      actual: '"example.com/web:2"',
    },
  },
  {
    what: "a changed custom resource",
    namespace: client,
    args: merge("widget/main", { spec: { size: 9 } }),
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Widget main", upgradeRepairs: false, manager: "kubectl-patch" },
      ...{ path: "/spec/size", expected: "2", actual: "9" },
    },
  },
  {
    what: "a deleted object",
    namespace: client,
    args: ["delete", "service/store"],
    finding: { ...MISSING, ...serving, on: "Service store" },
  },
  {
    what: "an added field",
    namespace: client,
    args: merge("statefulset/store", { spec: { template: { spec: { priorityClassName: "cfgi" } } } }),
    finding: {
      ...{ ...ADDED, ...serving, on: "StatefulSet store", manager: "kubectl-patch" },
      ...{ path: "/spec/template/spec/priorityClassName", actual: '"cfgi"' },
    },
  },
  {
    what: "an added container",
    namespace: client,
    args: strategic("deployment/web", DEBUGGER),
    finding: {
      ...{ ...ADDED, ...serving, on: "Deployment web", manager: "kubectl-patch" },
      path: "/spec/template/spec/containers/name=debug",
    },
  },
  {
    what: "scaled by hand",
    namespace: client,
    args: ["scale", "deployment/queue-worker", "--replicas=2"],
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Deployment queue-worker", upgradeRepairs: true, manager: "kubectl" },
      ...{ path: "/spec/replicas", expected: "1", actual: "2" },
    },
  },
  {
    what: "an edited secret",
    namespace: client,
    args: merge("secret/generated", { stringData: { plain: EDITED_SECRET } }),
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Secret generated", upgradeRepairs: true, manager: "kubectl-patch" },
      path: "/data/plain",
    },
  },
  {
    what: "a changed label",
    namespace: client,
    args: ["label", "--overwrite", "configmap/trust", "inject=no"],
    finding: {
      ...{ ...MODIFIED, ...serving, on: "ConfigMap trust", upgradeRepairs: true, manager: "kubectl-label" },
      ...{ path: "/metadata/labels/inject", expected: '"yes"', actual: '"no"' },
    },
  },
  {
    what: "Helm's label taken off",
    namespace: client,
    args: ["label", "ingress/web", "app.kubernetes.io/managed-by-"],
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Ingress web", upgradeRepairs: true },
      ...{ path: "/metadata/labels/app.kubernetes.io~1managed-by", expected: '"Helm"' },
    },
  },
  {
    what: "Helm's label taken off a custom resource",
    namespace: client,
    args: ["label", "widget/main", "app.kubernetes.io/managed-by-"],
    finding: {
      ...{ ...MODIFIED, ...serving, on: "Widget main", upgradeRepairs: true },
      ...{ path: "/metadata/labels/app.kubernetes.io~1managed-by", expected: '"Helm"' },
    },
  },
];

/** On a release that the server applies: what nobody holds any more comes back. */
const SERVER_SEEDS: readonly Seed[] = [
  {
    what: "a deleted object",
    namespace: server,
    args: ["delete", "ingress/web"],
    finding: { ...MISSING, ...injector, on: "Ingress web" },
  },
  {
    what: "a removed item",
    namespace: server,
    args: json("deployment/web", { op: "remove", path: "/spec/template/spec/containers/0/env/1" }),
    finding: {
      ...{ ...MODIFIED, ...injector, on: "Deployment web", upgradeRepairs: true },
      path: "/spec/template/spec/containers/name=web/env/name=SIZE",
    },
  },
  {
    what: "a removed label",
    namespace: server,
    args: ["label", "configmap/trust", "inject-"],
    finding: {
      ...{ ...MODIFIED, ...injector, on: "ConfigMap trust", upgradeRepairs: true },
      ...{ path: "/metadata/labels/inject", expected: '"yes"' },
    },
  },
  {
    what: "an added annotation",
    namespace: server,
    args: ["annotate", "service/web", "team=blue"],
    finding: {
      ...{ ...ADDED, ...injector, on: "Service web", manager: "kubectl-annotate" },
      ...{ path: "/metadata/annotations/team", actual: '"blue"' },
    },
  },
  {
    what: "an added container",
    namespace: server,
    args: strategic("daemonset/probe", DEBUGGER),
    finding: {
      ...{ ...ADDED, ...injector, on: "DaemonSet probe", manager: "kubectl-patch" },
      path: "/spec/template/spec/containers/name=debug",
    },
  },
];

const API_SERVER = "clearml-clearml-enterprise-apiserver";
const WEB_SERVER = "clearml-clearml-enterprise-webserver";
const plane = { component: "control-plane", upgradeRepairs: "conflict" as const };

/** On a release that the server applies: what somebody else holds now is refused. */
const CONFLICT_SEEDS: readonly Seed[] = [
  {
    what: "scaled by hand, of the server's",
    namespace: "clearml",
    args: ["scale", `deployment/${API_SERVER}`, "--replicas=2"],
    finding: {
      ...{ ...MODIFIED, ...plane, on: `Deployment ${API_SERVER}`, manager: "kubectl" },
      ...{ path: "/spec/replicas", expected: "1", actual: "2" },
    },
  },
  {
    what: "a changed label, of the server's",
    namespace: "clearml",
    args: ["label", "--overwrite", `deployment/${WEB_SERVER}`, "app.kubernetes.io/version=0.0.1"],
    finding: {
      ...{ ...MODIFIED, ...plane, on: `Deployment ${WEB_SERVER}`, manager: "kubectl-label" },
      ...{ path: "/metadata/labels/app.kubernetes.io~1version", actual: '"0.0.1"' },
    },
  },
];

export const SEEDS = [...CLIENT_SEEDS, ...SERVER_SEEDS, ...CONFLICT_SEEDS];

/** Does what a seed says. */
export async function sow({ kubectl }: BusyCluster, { namespace, args }: Seed): Promise<void> {
  await kubectl(["-n", namespace, ...args]);
}

/**
 * Somebody upgrades a release with Helm and a value that no file knows.
 * @param of.chart its archive among the charts of the registries, or a path
 */
export async function upgradeByHand(
  { deployment: { world, env } }: BusyCluster,
  { release, namespace, chart, set }: { release: string; namespace: string; chart: string; set: string },
): Promise<void> {
  const args = ["upgrade", release, resolve(world.registries.charts, chart), "-n", namespace];
  const options = ["--reuse-values", "--set-string", set];
  await promisify(execFile)(world.tools.helm, [...args, ...options], { env: { ...process.env, ...env } });
}

/** As a Helm leaves it that was killed: a newest revision that waits for its end. */
export async function leavePending(
  { api }: BusyCluster,
  { release, namespace }: { release: string; namespace: string },
): Promise<void> {
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  const stored = await api.get<KubernetesObject & { data: { release: string } }>(
    `${secrets}/sh.helm.release.v1.${release}.v1`,
  );
  const packed = Buffer.from(Buffer.from(stored.data.release, "base64").toString(), "base64");
  const record = JSON.parse(gunzipSync(packed).toString()) as { version: number; info: { status: string } };
  record.version = 2;
  record.info.status = "pending-upgrade";
  const repacked = gzipSync(JSON.stringify(record)).toString("base64");
  await api.create(secrets, "helm", {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: `sh.helm.release.v1.${release}.v2`,
      labels: { ...stored.metadata.labels, version: "2", status: "pending-upgrade" },
    },
    data: { release: Buffer.from(repacked).toString("base64") },
  });
}
