/**
 * First process inside a real node's namespaces: starts containerd, kubelet and kube-proxy. When it is killed the kernel
 * ends everything inside, and with the last process go mounts, interfaces and packet filter rules.
 * Usage: node test/cluster/real-node/inside.ts <layout.json>
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { writeConfiguration } from "./configuration.ts";
import { NODE_ADDRESS, type NodeLayout } from "./layout.ts";

const layout = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as NodeLayout;
const env = { ...process.env, PATH: layout.path };
const CONTAINERD_DEADLINE_MS = 20_000;

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { env, stdio: "inherit" });
}

/** Mounts that only this node sees: what its processes write to fixed places must not stay on this machine. */
function mountOwnPlaces(): void {
  run("mount", "--make-rshared", "/");
  run("mount", "-t", "tmpfs", "tmpfs", "/run");
  const logs = join(layout.folder, "var-log");
  mkdirSync(logs);
  run("mount", "--bind", logs, "/var/log");
  // kubelet wants its folder to be a mount that passes on what is mounted below it.
  const root = join(layout.folder, "kubelet");
  mkdirSync(root);
  run("mount", "--bind", root, root);
  run("mount", "--make-rshared", root);
}

function start(name: string, command: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(layout.folder, `${name}.log`), "a");
  const child = spawn(command, args, { env, stdio: ["ignore", log, log] });
  child.once("error", (error) => fail(name, error.message));
  child.once("exit", (code, signal) => fail(name, `${signal ?? `exit code ${code}`}`));
  return child;
}

function fail(name: string, reason: string): void {
  const lines = readFileSync(join(layout.folder, `${name}.log`), "utf8")
    .trim()
    .split("\n");
  console.error(`${name} ended (${reason}):\n${lines.slice(-8).join("\n")}`);
  process.exit(1);
}

async function importImage(socket: string): Promise<void> {
  const args = ["--address", socket, "--namespace", "k8s.io", "images", "import", "--snapshotter", "native"];
  const deadline = Date.now() + CONTAINERD_DEADLINE_MS;
  for (;;) {
    try {
      execFileSync("ctr", [...args, layout.image], { env, stdio: "pipe" });
      return;
    } catch (thrown) {
      if (Date.now() > deadline) throw thrown;
    }
    await sleep(100);
  }
}

mountOwnPlaces();
const configuration = writeConfiguration(layout);
start("containerd", "containerd", ["--config", configuration.containerd]);
start("kube-proxy", layout.kubeProxy, [`--config=${configuration.kubeProxy}`]);
await importImage(configuration.socket);
start("kubelet", layout.kubelet, [
  `--config=${configuration.kubelet}`,
  `--kubeconfig=${layout.kubeletKubeconfig}`,
  `--hostname-override=${layout.name}`,
  `--node-ip=${NODE_ADDRESS}`,
  `--root-dir=${join(layout.folder, "kubelet")}`,
  `--cert-dir=${join(layout.folder, "kubelet-certificates")}`,
  "--node-labels=clearml-actions.test/real=true",
]);
