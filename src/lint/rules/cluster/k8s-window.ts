import semver from "semver";
import type { ComponentId } from "../../../catalogue/model.ts";
import { acceptsKubernetes } from "../../../helm/kubernetes-window.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

interface Window {
  range: string;
  /** Read in the chart itself. */
  isCertain: boolean;
}

/** Windows of charts that are often not at hand, by component and chart version. */
const KNOWN: readonly { id: ComponentId; chart: RegExp; versions: string; range: string }[] = [
  { id: "app-gateway", chart: /./, versions: "<2.0.3", range: ">=1.21.0-0 <1.32.0-0" },
  { id: "task-traffic-router", chart: /./, versions: "*", range: ">=1.21.0-0 <1.32.0-0" },
  { id: "control-plane", chart: /^clearml$/, versions: "7.14.4", range: "<1.33.0-0" },
];

export const k8sWindow: Rule = {
  id: "L22",
  slug: "k8s-window",
  severity: "error",
  about: "The chart does not accept the Kubernetes version of the cluster; Helm refuses to install it.",
  fixable: true,
  why: "A chart names the versions of Kubernetes it accepts in `kubeVersion`. Helm compares before it does anything, and ends with `chart requires kubeVersion`. Older gateway charts stop at 1.31, the public server chart 7.14.4 at 1.32. Take a version of the chart whose window holds your cluster, and keep `kubernetesVersion` of clearml.yaml up to date.",
  *check(release) {
    const version = release.environment?.kubernetesVersion;
    const window = windowOf(release);
    if (version && window && !acceptsMinor(window, version)) yield refused(release, window, version);
  },
  *checkCluster(releases, { kubernetesVersion }) {
    yield* otherVersion(releases, kubernetesVersion);
    for (const release of releases) {
      const declared = release.environment?.kubernetesVersion;
      const window = windowOf(release);
      if (!window || acceptsKubernetes(window.range, kubernetesVersion)) continue;
      // With the version of clearml.yaml it was said already.
      if (!declared || acceptsMinor(window, declared)) yield refused(release, window, kubernetesVersion);
    }
  },
};

function windowOf({ contents, id, chart = "", version }: LintRelease): Window | undefined {
  if (contents) return contents.kubeVersion ? { range: contents.kubeVersion, isCertain: true } : undefined;
  const exact = semver.valid(version ?? "");
  const known = KNOWN.find(
    (each) =>
      each.id === id && each.chart.test(chart) && exact !== null && semver.satisfies(exact, each.versions),
  );
  return known && { range: known.range, isCertain: false };
}

/** Whether any patch of a minor version is accepted. */
function acceptsMinor(window: Window, minor: string): boolean {
  return acceptsKubernetes(window.range, `${minor}.0`) || acceptsKubernetes(window.range, `${minor}.99`);
}

function refused(
  { use, id, chart, version, at }: LintRelease,
  { range, isCertain }: Window,
  found: string,
): Hit {
  return {
    message: `chart ${chart ?? id}${version ? ` ${version}` : ""} accepts Kubernetes ${range}, and this is ${found}`,
    hint: "set `version` to one whose window holds it",
    ...(isCertain ? {} : { severity: "warning" as const }),
    at: use?.version ? use.source.locate([...use.path, "version"]) : at,
  };
}

/** What lint assumes must be what is there. */
function* otherVersion(releases: readonly LintRelease[], version: string): Generator<Hit> {
  const environment = releases.find((release) => release.environment)?.environment;
  const declared = environment?.kubernetesVersion;
  const [, minor] = /^v?(\d+\.\d+)\./.exec(version) ?? [];
  if (!environment || !declared || !minor || minor === declared) return;
  yield {
    message: `\`kubernetesVersion\` is ${declared}, the cluster is ${version}`,
    hint: `write "${minor}"`,
    severity: "warning",
    at: environment.source.locate(["kubernetesVersion"]),
    fix: {
      description: `write "${minor}"`,
      changes: [{ source: environment.source, kind: "value", path: ["kubernetesVersion"], to: minor }],
    },
  };
}
