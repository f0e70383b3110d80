import { spawn } from "node:child_process";
import { dirname, join } from "node:path";

/** Runs kubectl with arguments and what it reads from stdin; resolves to its stdout, rejects with its own words. */
export type Kubectl = (args: readonly string[], stdin?: string) => Promise<string>;

/** kubectl for one cluster. What it caches stays beside the kubeconfig instead of in the user's home. */
export function kubectlFor(program: string, kubeconfig: string): Kubectl {
  const common = ["--kubeconfig", kubeconfig, "--cache-dir", join(dirname(kubeconfig), "kubectl-cache")];
  return (args, stdin = "") =>
    new Promise((resolve, reject) => {
      const child = spawn(program, [...common, ...args]);
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      child.once("error", reject);
      child.once("close", (code) =>
        code === 0 ? resolve(stdout) : reject(new Error(`kubectl ${args.join(" ")}: ${stderr.trim()}`)),
      );
      // A kubectl that fails early does not read to the end.
      child.stdin.on("error", () => undefined);
      child.stdin.end(stdin);
    });
}

/** Creates objects in one call. */
export async function createObjects(kubectl: Kubectl, items: readonly object[]): Promise<void> {
  await kubectl(["create", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
}
