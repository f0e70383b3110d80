import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Authority } from "./certificates.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { kubectlFor } from "./kubectl.ts";
import { acquireLock } from "./lock.ts";
import { makeImage } from "./real-node/image.ts";
import {
  GATEWAY,
  HOST_LINK,
  LINK_PREFIX,
  NODE_ADDRESS,
  type NodeLayout,
  POD_RANGE,
} from "./real-node/layout.ts";
import { cniFolder, installMissing, realNodeUnavailable, systemPath } from "./real-node/requirements.ts";
import { readSettings } from "./real-node/settings.ts";
import type { Cluster } from "./start.ts";
import { type Supervision, supervise } from "./supervise.ts";
import { ensureTools } from "./tools.ts";

export { IMAGE } from "./real-node/layout.ts";
export { realNodeUnavailable } from "./real-node/requirements.ts";

/** A node with a kubelet: its pods are real processes. */
export interface RealNode {
  name: string;
  stop(): Promise<void>;
}

const CLEANUP_SCRIPT = join(import.meta.dirname, "real-node", "cleanup.ts");
const READY_MS = 60_000;

/**
 * Adds one real node to a started cluster: kubelet, kube-proxy and containerd in namespaces of their own. It is for what
 * fake nodes cannot do: exit codes of `kubectl exec`, logs, probes, port-forward, crash loops. Its one image is `IMAGE`
 * (busybox). Pods find it by the label `clearml-actions.test/real=true`; start the cluster with `nodes: []` to have
 * everything there. Only one runs on a machine, a second one waits. Throws what `realNodeUnavailable` says.
 */
export async function startRealNode(
  cluster: Cluster,
  options: { log?: (line: string) => void } = {},
): Promise<RealNode> {
  const log = options.log ?? ((line: string) => console.error(line));
  const reason = realNodeUnavailable();
  if (reason) throw new Error(`no real node: ${reason}`);
  const { authority } = cluster;
  if (!authority) throw new Error("no real node: the cluster does not issue certificates");
  installMissing(log);
  const tools = await ensureTools(["kubelet", "kube-proxy", "kubectl"], { log });
  const supervision = supervise("node");
  const kubectl = kubectlFor(tools.kubectl, cluster.kubeconfig);
  const name = `real-node-${supervision.pid}`;
  try {
    await haveMachine(supervision, name, log);
    await start(supervision, name, { authority, server: cluster.server, tools });
    const condition = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
    const ready = async () => (await kubectl(["get", "node", name, "-o", condition])) === "True";
    await supervision.until("the real node becoming ready", ready, READY_MS);
  } catch (thrown) {
    await supervision.stop();
    throw thrown;
  }
  return {
    name,
    async stop() {
      await kubectl(["delete", "node", name, "--ignore-not-found"]).catch(() => undefined);
      await supervision.stop();
    },
  };
}

/**
 * Waits until no other real node is up, and sees to it that this one leaves no trace. The lock is in the supervisor's
 * name and is given back by the cleanup, so that it outlives an owner that is killed.
 */
async function haveMachine(
  supervision: Supervision,
  name: string,
  log: (line: string) => void,
): Promise<void> {
  const lock = join(tmpdir(), "clearml-actions-real-node.lock");
  await acquireLock(lock, (pid) => log(`another real node is up (process ${pid}), waiting`), supervision.pid);
  const settings = join(supervision.folder, "settings.json");
  writeFileSync(settings, JSON.stringify(readSettings()));
  supervision.atEnd({
    name: "cleanup",
    command: process.execPath,
    args: [CLEANUP_SCRIPT, name, settings, lock],
    env: { PATH: systemPath() },
  });
}

interface Surroundings {
  authority: Authority;
  server: string;
  tools: Awaited<ReturnType<typeof ensureTools>>;
}

async function start(supervision: Supervision, name: string, around: Surroundings): Promise<void> {
  const { folder } = supervision;
  const path = systemPath();
  makeNetwork(name, path);
  makeCgroups(name);
  const { port } = new URL(around.server);
  await supervision.start({
    name: "forward",
    command: process.execPath,
    args: [join(import.meta.dirname, "real-node", "forward.ts"), GATEWAY, port],
  });
  const layout = join(folder, "layout.json");
  writeFileSync(layout, JSON.stringify(await describeNode(folder, name, path, around)));
  await supervision.start({
    name: "node",
    command: "nsenter",
    args: [
      `--net=/run/netns/${name}`,
      "unshare",
      ...["--mount", "--pid", "--ipc", "--uts", "--fork", "--mount-proc", "--kill-child"],
      process.execPath,
      join(import.meta.dirname, "real-node", "inside.ts"),
      layout,
    ],
    env: { PATH: path },
    // The kernel then ends all there is inside.
    endSignal: "SIGKILL",
  });
}

async function describeNode(
  folder: string,
  name: string,
  path: string,
  { authority, server, tools }: Surroundings,
): Promise<NodeLayout> {
  const gateway = server.replace("127.0.0.1", GATEWAY);
  const kubelet = { name, subject: `CN=system:node:${name},O=system:nodes` };
  const proxy = { name: `${name}-proxy`, subject: "CN=system:kube-proxy" };
  const image = join(folder, "image");
  mkdirSync(image);
  return {
    name,
    folder,
    path,
    cniFolder: cniFolder() ?? "",
    kubelet: tools.kubelet,
    kubeProxy: tools["kube-proxy"],
    kubeletKubeconfig: await writeKubeconfig(authority, gateway, kubelet),
    proxyKubeconfig: await writeKubeconfig(authority, gateway, proxy),
    authority: authority.certificate,
    image: makeImage(image, path),
  };
}

/** A network namespace, joined to this machine by a pair of interfaces; services and pods are reached through it. */
function makeNetwork(name: string, path: string): void {
  const ip = (...args: string[]) =>
    execFileSync("ip", args, { env: { ...process.env, PATH: path }, stdio: "pipe" });
  ip("netns", "add", name);
  ip("link", "add", HOST_LINK, "type", "veth", "peer", "name", "eth0", "netns", name);
  ip("address", "add", `${GATEWAY}/${LINK_PREFIX}`, "dev", HOST_LINK);
  ip("link", "set", HOST_LINK, "up");
  ip("-netns", name, "link", "set", "lo", "up");
  ip("-netns", name, "address", "add", `${NODE_ADDRESS}/${LINK_PREFIX}`, "dev", "eth0");
  ip("-netns", name, "link", "set", "eth0", "up");
  ip("-netns", name, "route", "add", "default", "via", GATEWAY);
  for (const range of [POD_RANGE, "10.96.0.0/16"]) {
    try {
      ip("route", "add", range, "via", NODE_ADDRESS);
    } catch {
      // This machine uses the range for something else: then only `kubectl port-forward` leads there.
    }
  }
}

/** kubelet wants its root cgroup to exist: in the one hierarchy of cgroup v2, or in each of v1. */
function makeCgroups(name: string): void {
  const root = "/sys/fs/cgroup";
  const entries = readdirSync(root, { withFileTypes: true });
  const version2 = entries.some((entry) => entry.name === "cgroup.controllers");
  const hierarchies = version2
    ? [root]
    : entries.filter((entry) => entry.isDirectory()).map((entry) => join(root, entry.name));
  for (const hierarchy of hierarchies) mkdirSync(join(hierarchy, name), { recursive: true });
}
