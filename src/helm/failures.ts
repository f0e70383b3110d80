import { type Problem, ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import type { ChartReference } from "./chart-reference.ts";

interface Pattern {
  /** What Helm 3.21 or 4.2 prints. */
  words: RegExp;
  kind: "input" | "cluster";
  explain(context: { use: ComponentUse; reference: ChartReference; line: string }): Omit<Problem, "at">;
}

/** Helm's words of failure, and what the user can do. First match wins. */
const PATTERNS: readonly Pattern[] = [
  {
    words: /basic credential not found|unauthorized|401|authentication required|403 forbidden/i,
    kind: "input",
    explain: ({ use, reference }) => ({
      message: `component \`${use.id}\`: the registry refused the login for ${reference.repo ?? reference.chart}`,
      hint: reference.chart.startsWith("oci://")
        ? "run setup-clearml-helm with a valid `dockerhub-token` before this step"
        : "run setup-clearml-helm with a valid `helm-repo-token` before this step",
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
    words: /another operation \(install\/upgrade\/rollback\) is in progress/i,
    kind: "cluster",
    explain: ({ use }) => ({
      message: `release ${use.namespace}/${use.release} is locked by an unfinished Helm operation`,
      hint: `if no other run is at work, mark it failed: \`helm -n ${use.namespace} rollback ${use.release}\`, then run this again`,
    }),
  },
  {
    words: /execution error at|error calling|values don't meet the specifications|template:/i,
    kind: "input",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: its chart refuses the values: ${line}`,
      hint: "correct the override files of this component; lint-overrides shows more",
    }),
  },
  {
    words: /no such host|connection refused|i\/o timeout|network is unreachable/i,
    kind: "cluster",
    explain: ({ use, line }) => ({
      message: `component \`${use.id}\`: a server does not answer: ${line}`,
      hint: "check that the runner reaches the chart registry and the cluster",
    }),
  },
];

/** Turns a failed helm call for a component into one message with its place and repair. */
export function explainHelmFailure(
  error: ToolError,
  use: ComponentUse,
  reference: ChartReference = { chart: "" },
): UserError {
  const line = helmReason(error.stderr);
  const pattern = PATTERNS.find(({ words }) => words.test(error.stderr));
  const problem = pattern?.explain({ use, reference, line }) ?? {
    message: `component \`${use.id}\`: helm failed for release ${use.namespace}/${use.release}: ${line}`,
  };
  return new UserError({ ...problem, at: use.at }, { kind: pattern?.kind ?? "cluster", cause: error });
}

/** For the `catch` of a helm call. */
export function explain(use: ComponentUse, reference?: ChartReference) {
  return (thrown: unknown): never => {
    throw thrown instanceof ToolError ? explainHelmFailure(thrown, use, reference) : thrown;
  };
}

/**
 * Whether Helm stumbled over a hook of the revision before, which was still being deleted: Helm 4 does not wait for
 * that. The next try finds it gone.
 */
export function isHookRace(thrown: unknown): boolean {
  return (
    thrown instanceof ToolError &&
    /hooks? .*failed|failed (pre|post)-/i.test(thrown.stderr) &&
    /already exists|object is being deleted/i.test(thrown.stderr)
  );
}

/** Helm's own sentence: its `Error:` line, and the lines that belong to it (schema errors are lists). */
export function helmReason(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const start = lines.findLastIndex((line) => line.startsWith("Error:"));
  const telling = (start < 0 ? lines : lines.slice(start)).filter((line) => line !== "");
  return (
    telling
      .join(" ")
      .replace(/^Error: /, "")
      .slice(0, 1_000) || "it said nothing"
  );
}
