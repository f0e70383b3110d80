import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { createObjects, type Kubectl, kubectlFor } from "./kubectl.ts";
import { clusterObjects } from "./objects.ts";
import type { Cluster, ClusterOptions } from "./start.ts";
import { type Supervision, supervise } from "./supervise.ts";
import { ensureTools } from "./tools.ts";

const run = promisify(execFile);

/**
 * A kind cluster under a name of its own, deleted with the process that started it. Needs Docker and kind on PATH;
 * throws with what is missing. The nodes are kind's own, real ones; there is no audit log.
 */
export async function startKind(options: ClusterOptions): Promise<Cluster> {
  const log = options.log ?? ((line: string) => console.error(line));
  await run("kind", ["version"]).catch(() => {
    throw new Error(
      "CLUSTER=kind needs kind on PATH; install it (https://kind.sigs.k8s.io) or unset CLUSTER",
    );
  });
  await run("docker", ["info"]).catch(() => {
    throw new Error(
      "CLUSTER=kind needs a Docker engine and none answers `docker info`; start one or unset CLUSTER",
    );
  });
  const { kubectl } = await ensureTools(["kubectl"], options);
  const supervision = supervise("kind");
  try {
    return await create(supervision, kubectl, log);
  } catch (thrown) {
    await supervision.stop();
    throw thrown;
  }
}

async function create(
  supervision: Supervision,
  kubectl: string,
  log: (line: string) => void,
): Promise<Cluster> {
  const name = `clearml-actions-${randomBytes(4).toString("hex")}`;
  const kubeconfig = join(supervision.folder, "admin.kubeconfig");
  const remove = ["delete", "cluster", "--name", name, "--kubeconfig", kubeconfig];
  supervision.atEnd({ name: "kind-delete", command: "kind", args: remove });
  log(`creating the kind cluster ${name} (about 60 s, longer when its image is fetched)`);
  await run("kind", ["create", "cluster", "--name", name, "--kubeconfig", kubeconfig, "--wait", "180s"]);
  const ask = kubectlFor(kubectl, kubeconfig);
  const isIngressClass = (object: { kind: string }) => object.kind === "IngressClass";
  await createObjects(ask, clusterObjects().filter(isIngressClass));
  const version = JSON.parse(await ask(["version", "-o", "json"])) as {
    serverVersion: { gitVersion: string };
  };
  return {
    kubeconfig,
    unprivilegedKubeconfig: await nobody(supervision.folder, ask),
    server: await ask(["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"]),
    version: version.serverVersion.gitVersion,
    dir: supervision.folder,
    stop: () => supervision.stop(),
  };
}

/** A copy of the kubeconfig with the token of an account that has no rights. */
async function nobody(folder: string, ask: Kubectl): Promise<string> {
  await ask(["create", "serviceaccount", "nobody", "-n", "kube-public"]);
  const token = await ask(["create", "token", "nobody", "-n", "kube-public", "--duration", "24h"]);
  const config = JSON.parse(await ask(["config", "view", "--raw", "--minify", "-o", "json"])) as {
    users: { user: object }[];
  };
  for (const entry of config.users) entry.user = { token: token.trim() };
  const path = join(folder, "nobody.kubeconfig");
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
