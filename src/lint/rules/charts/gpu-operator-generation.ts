import semver from "semver";
import { pathInFile } from "../../facts/entry-text.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

/** Blocks that are values of other charts, or maps of the user's own words. */
const FOREIGN = new Set(["node-feature-discovery", "nfd", "daemonsets", "global"]);

/** Whose containerd a path belongs to. */
const DISTRIBUTIONS: readonly [name: string, paths: RegExp][] = [
  ["k3s or RKE2", /^\/(?:run\/k3s|var\/lib\/rancher)\//],
  ["MicroK8s", /^\/var\/snap\/microk8s\//],
  ["k0s", /^\/(?:run|etc|var\/lib)\/k0s\//],
  ["plain containerd", /^\/(?:run|var\/run|etc)\/containerd\//],
];
const PATH_VARIABLES = new Set([
  "CONTAINERD_SOCKET",
  "CONTAINERD_CONFIG",
  "RUNTIME_SOCKET",
  "RUNTIME_CONFIG",
]);

export const gpuOperatorGeneration: Rule = {
  id: "L155",
  slug: "gpu-operator-generation",
  severity: "error",
  about:
    "GPU operator values that are dropped without a word, or containerd paths of two Kubernetes distributions.",
  why: "The operator's settings become a ClusterPolicy, and the API server drops fields it does not know: `mig_manager` instead of `migManager` leaves the manager on. `operator.defaultRuntime` is gone since 25.3, where the runtime is found out from the nodes. The toolkit writes to the containerd it is told of: socket and configuration must both be those of the nodes' distribution, or GPU pods stay without GPU.",
  components: ["gpu-operator"],
  fixable: true,
  *check(release) {
    for (const entry of release.entries) yield* snakeCase(entry, release);
    yield* defaultRuntime(release);
    yield* mixedPaths(release);
  },
  *checkCluster(releases, { kubernetesVersion }) {
    const expected = distributionOf(kubernetesVersion);
    for (const release of releases) {
      if (release.id !== "gpu-operator" || !expected) continue;
      const wrong = pathsOf(release).filter(({ owner }) => owner !== expected);
      for (const { entry, owner } of wrong) {
        yield {
          message: `the path is that of ${owner}, and the cluster is ${expected} (${kubernetesVersion})`,
          hint: `write the path of ${expected}`,
          at: entry.at(),
        };
      }
    }
  },
};

/** A field in the spelling of other programs, in a block or as one. */
function* snakeCase(entry: Entry, { entries }: LintRelease): Generator<Hit> {
  const { path } = entry;
  const key = String(path.at(-1));
  if (path.length > 2 || !/^[a-z]+(?:_[a-z]+)+$/.test(key) || FOREIGN.has(String(path[0]))) return;
  const camel = key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const right = [...path.slice(0, -1), camel].join(".");
  const isTaken = entries.some((each) => each.path.length === path.length && each.path.join(".") === right);
  const change = { source: entry.layer.source, kind: "rename", path: pathInFile(entry), to: camel } as const;
  yield {
    message: `\`${path.join(".")}\` is dropped: the operator's fields have no underscores`,
    hint: `write \`${right}\``,
    at: entry.at("key"),
    ...(isTaken ? {} : { fix: { description: `rename it to \`${camel}\``, changes: [change] } }),
  };
}

function* defaultRuntime({ entries, version, contents }: LintRelease): Generator<Hit> {
  const exact = semver.valid(version ?? contents?.version ?? "");
  if (exact === null || semver.lt(exact, "25.3.0")) return;
  for (const { path, at } of entries) {
    if (path.join(".") !== "operator.defaultRuntime") continue;
    yield {
      message: `\`operator.defaultRuntime\` is gone since 25.3, and ${version} ignores it`,
      hint: "remove it: the runtime is found out from the nodes",
      severity: "warning",
      at: at("key"),
    };
  }
}

/** A socket of one distribution with the configuration of another. */
function* mixedPaths(release: LintRelease): Generator<Hit> {
  const [first, ...others] = pathsOf(release);
  for (const { entry, owner } of others) {
    if (!first || owner === first.owner) continue;
    yield {
      message: `the path is that of ${owner}, and the one before it is that of ${first.owner}`,
      hint: "write both for the distribution of the nodes",
      at: entry.at(),
      related: [{ at: first.entry.at(), message: `a path of ${first.owner}` }],
    };
  }
}

/** Paths of containerd among the toolkit's variables, where it is clear whose they are. */
function pathsOf(release: LintRelease): { entry: Entry; owner: string }[] {
  return release.variables.flatMap(({ item, name, value }) => {
    const text = value?.text;
    if (item.path[0] !== "toolkit" || !PATH_VARIABLES.has(name) || !value || text === undefined) return [];
    if (isInert(release, item.path)) return [];
    const owner = DISTRIBUTIONS.find(([, paths]) => paths.test(text))?.[0];
    return owner === undefined ? [] : [{ entry: value, owner }];
  });
}

/** The distribution a version of Kubernetes tells by its suffix: `v1.34.2+k3s1`, `v1.34.2-eks-1`. */
function distributionOf(version: string): string | undefined {
  if (/\+(?:k3s|rke2)/.test(version)) return "k3s or RKE2";
  if (/\+k0s/.test(version)) return "k0s";
  return /-(?:eks|gke)\b/.test(version) ? "plain containerd" : undefined;
}
