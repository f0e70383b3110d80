import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubectlFor } from "./kubectl.ts";
import type { Cluster } from "./start.ts";
import { ensureTools } from "./tools.ts";

/** A cluster that somebody else has started, by its kubeconfig. Nothing is written to it, and `stop` leaves it alone. */
export async function givenCluster(kubeconfig: string): Promise<Cluster> {
  const { kubectl } = await ensureTools(["kubectl"]);
  const dir = mkdtempSync(join(tmpdir(), "clearml-actions-given-"));
  try {
    // All in one file, which stays valid when the current context is changed elsewhere.
    const text = await kubectlFor(
      kubectl,
      kubeconfig,
    )(["config", "view", "--raw", "--minify", "--flatten", "-o", "json"]);
    const config = JSON.parse(text) as {
      clusters: { cluster: { server: string } }[];
      users: { user: object }[];
    };
    const write = (name: string, content: object) => {
      const path = join(dir, name);
      writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
      return path;
    };
    const own = write("admin.kubeconfig", config);
    const ask = kubectlFor(kubectl, own);
    const { serverVersion } = JSON.parse(await ask(["version", "-o", "json"])) as {
      serverVersion: { gitVersion: string };
    };
    const nobody = config.users.map((entry) => ({ ...entry, user: { ...entry.user, as: "nobody" } }));
    return {
      kubeconfig: own,
      unprivilegedKubeconfig: write("nobody.kubeconfig", { ...config, users: nobody }),
      server: config.clusters[0]?.cluster.server ?? "",
      version: serverVersion.gitVersion,
      dir,
      stop: async () => rmSync(dir, { recursive: true, force: true }),
    };
  } catch (thrown) {
    rmSync(dir, { recursive: true, force: true });
    throw thrown;
  }
}
