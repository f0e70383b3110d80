import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Cluster } from "./start.ts";

const run = promisify(execFile);

/** A kind cluster under a name of its own; needs Docker and kind on PATH. */
export async function startKind(log: (line: string) => void = console.error): Promise<Cluster> {
  await run("docker", ["info"]).catch(() => {
    throw new Error("CLUSTER=kind needs Docker: no engine answers `docker info`");
  });
  await run("kind", ["version"]).catch(() => {
    throw new Error("CLUSTER=kind needs kind on PATH: https://kind.sigs.k8s.io");
  });
  const folder = mkdtempSync(join(tmpdir(), "clearml-actions-kind-"));
  const name = `clearml-actions-${process.pid}`;
  const kubeconfig = join(folder, "kubeconfig");
  log(`creating kind cluster ${name}`);
  await run("kind", ["create", "cluster", "--name", name, "--kubeconfig", kubeconfig, "--wait", "120s"]);
  const view = [
    "--kubeconfig",
    kubeconfig,
    "config",
    "view",
    "--minify",
    "-o",
    "jsonpath={.clusters[0].cluster.server}",
  ];
  const { stdout: server } = await run("kubectl", view);
  const { stdout } = await run("kubectl", ["--kubeconfig", kubeconfig, "version", "-o", "json"]);
  return {
    kubeconfig,
    unprivilegedKubeconfig: kubeconfig,
    server,
    version: (JSON.parse(stdout) as { serverVersion: { gitVersion: string } }).serverVersion.gitVersion,
    async stop() {
      await run("kind", ["delete", "cluster", "--name", name]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
