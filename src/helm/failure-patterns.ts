import type { Problem } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ChartReference } from "./chart-reference.ts";
import { CLUSTER_PATTERNS } from "./cluster-patterns.ts";

/** What is known about a failed call. */
export interface FailedCall {
  use: ComponentUse;
  reference: ChartReference;
  /** Helm's sentence. */
  line: string;
  /** Groups of the pattern. */
  groups: Readonly<Record<string, string | undefined>>;
}

/** A way in which Helm fails. */
export interface FailurePattern {
  /** What Helm 3.21 or 4.2 prints. */
  words: RegExp;
  kind: "input" | "cluster";
  explain(call: FailedCall): Omit<Problem, "at">;
}

/** Charts and values: what is wrong before the cluster is asked. */
const CHART_PATTERNS: readonly FailurePattern[] = [
  {
    words: /basic credential not found|unauthorized|\b401\b|authentication required|403 forbidden/i,
    kind: "input",
    explain: ({ use, reference }) => ({
      message: `component \`${use.id}\`: the registry refused the login for ${reference.repo ?? reference.chart}`,
      hint: reference.chart.startsWith("oci://")
        ? "run setup-clearml-helm with a valid `dockerhub-token` before this step"
        : "run setup-clearml-helm with a valid `helm-repo-token` before this step",
    }),
  },
  {
    words: /Error: repo (?<repository>\S+) not found/,
    kind: "input",
    explain: ({ use, groups, reference }) => ({
      message: `component \`${use.id}\`: Helm knows no repository \`${groups.repository}\`, and there is no file ${reference.chart}`,
      hint: "set `repository` to its address, or add it with the input `repositories` of setup-clearml-helm",
    }),
  },
  {
    words:
      /: not found|no chart version found|chart .* not found|manifest unknown|chart matching .* not found/i,
    kind: "input",
    explain: ({ use, reference, line }) => ({
      message: `component \`${use.id}\`: chart ${reference.chart}${reference.version ? ` version ${reference.version}` : ""} is not there (${line})`,
      hint: "correct `version`, `chart` or `repository` of the component",
    }),
  },
  {
    words: /kubeVersion: .* incompatible with Kubernetes/i,
    kind: "input",
    explain: ({ use, reference, line }) => ({
      message: `component \`${use.id}\`: chart ${reference.chart} does not accept this cluster (${line})`,
      hint: "choose a chart version whose kubeVersion window holds the cluster's version",
    }),
  },
  {
    words: /found in Chart\.yaml, but missing in charts\/ directory: (?<names>.*)/,
    kind: "input",
    explain: ({ use, reference, groups }) => ({
      message: `component \`${use.id}\`: chart ${reference.chart} lacks its dependencies: ${groups.names}`,
      hint: `run \`helm dependency build ${reference.chart}\` before this step, or name the packaged chart`,
    }),
  },
  {
    words: /another operation \(install\/upgrade\/rollback\) is in progress/i,
    kind: "cluster",
    explain: ({ use }) => ({
      message: `release ${use.namespace}/${use.release} is locked by an unfinished Helm operation`,
      hint: `if no other run is at work, mark it failed: \`helm -n ${use.namespace} rollback ${use.release}\`, then run this again`,
    }),
  },
  {
    words: /secrets? "(?<secret>sh\.helm\.release\.v1\.[^"]+)" already exists/i,
    kind: "cluster",
    explain: ({ use, groups }) => ({
      message: `somebody else is changing release ${use.namespace}/${use.release} at this moment: Secret \`${groups.secret}\` was there first`,
      hint: "let one run work on a release at a time, then run this again",
    }),
  },
  {
    words: /has no deployed releases/i,
    kind: "cluster",
    explain: ({ use }) => ({
      message: `release ${use.namespace}/${use.release} has never been deployed, and its newest revision cannot be built upon`,
      hint: `look at \`helm -n ${use.namespace} history ${use.release}\`; when nothing of it is needed, \`helm -n ${use.namespace} uninstall ${use.release}\` and run this again`,
    }),
  },
  {
    words:
      /execution error at|error calling|values don't meet the specifications|template:|YAML parse error/i,
    kind: "input",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: its chart refuses the values: ${line}`,
      hint: "correct the override files of this component; lint-overrides shows more",
    }),
  },
];

/** Helm's words of failure, and what the user can do. First match wins. */
export const PATTERNS: readonly FailurePattern[] = [...CLUSTER_PATTERNS, ...CHART_PATTERNS];
