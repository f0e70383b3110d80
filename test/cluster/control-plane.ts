/** The Go module that Kubernetes is built from. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { go } from "./go.ts";
import { PINNED_KUBERNETES, PINS } from "./pins.ts";

export const CONTROL_PLANE = join(import.meta.dirname, "controlplane");

/**
 * Folder of the module for the version that was asked for: the one that is committed, or one for another version, made
 * in `out`. What that one downloads is checked against Go's checksum database alone.
 */
export async function kubernetesModule(out: string): Promise<string> {
  if (PINS.kubernetes === PINNED_KUBERNETES) return CONTROL_PLANE;
  const version = `v${PINS.kubernetes}`;
  const answer = await go(["mod", "download", "-json", `k8s.io/kubernetes@${version}`], { out });
  const { GoMod } = JSON.parse(answer) as { GoMod: string };
  const folder = join(out, "module");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "go.mod"), moduleFor(version, readFileSync(GoMod, "utf8")));
  await go(["mod", "tidy"], { cwd: folder, out });
  return folder;
}

const KUBERNETES_TOOLS = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubectl",
];

/**
 * A module that can build Kubernetes: its own go.mod asks for v0.0.0 of the modules that are published beside it, which
 * only its own checkout has.
 */
export function moduleFor(version: string, ownModule: string): string {
  const beside = [...ownModule.matchAll(/^\s*(k8s\.io\/[\w-]+) v0\.0\.0(?=\s)/gm)].map(([, name]) => name);
  const published = version.replace(/^v1\./, "v0.");
  return [
    "module clearml-actions.test/controlplane",
    /^go .*$/m.exec(ownModule)?.[0],
    /^godebug .*$/m.exec(ownModule)?.[0],
    ...KUBERNETES_TOOLS.map((tool) => `tool k8s.io/kubernetes/cmd/${tool}`),
    `require k8s.io/kubernetes ${version}`,
    ...[...new Set(beside)].map((name) => `replace ${name} => ${name} ${published}`),
    "",
  ].join("\n");
}
