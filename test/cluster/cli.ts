/** Keeps a cluster up until Ctrl-C. Usage: node test/cluster/cli.ts */
import { startCluster } from "./start.ts";

try {
  const cluster = await startCluster({ log: (line) => console.error(line) });
  console.log(`export KUBECONFIG=${cluster.kubeconfig}`);
  console.error(`Kubernetes ${cluster.version} at ${cluster.server}; Ctrl-C ends it`);
  await new Promise<void>((resolve) =>
    process.once("SIGINT", () => resolve()).once("SIGTERM", () => resolve()),
  );
  await cluster.stop();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
