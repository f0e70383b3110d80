import type { ReleaseAction } from "../../plan/model.ts";

/** How a release, or another part of the environment, came out of a run. */
export type ReportState =
  | "done"
  | "unchanged"
  | "failed"
  | "skipped"
  | "cancelled"
  | "rolled back"
  | "removed";

/** A stretch of a run, in milliseconds since it began. */
export interface Phase {
  name: "pull" | "upgrade" | "wait";
  from: number;
  to: number;
}

/** One part of the environment: a release, a set of plain objects, an upload. */
export interface ReportedComponent {
  component: string;
  tenant?: string;
  /** `clearml/clearml`; empty for what is no release. */
  place: string;
  /** "clearml-enterprise 10.12.7, revision 5" */
  what: string;
  action: ReleaseAction;
  state: ReportState;
  /** Why it was not left alone, as the plan says it. */
  reasons: readonly string[];
  /** Why it failed, was skipped, or rolled back. */
  cause?: string | undefined;
  /** Components it waited for. */
  needs: readonly string[];
  phases: readonly Phase[];
}

/** What was found at a release that failed. */
export interface ReportedEvidence {
  component: string;
  namespace: string;
  release: string;
  headline: readonly string[];
  files: readonly { name: string }[];
}

/** Everything there is to say about a run. */
export interface DeploymentReport {
  environment: string;
  tenant?: string | undefined;
  /** Address of the cluster's API server. */
  server: string;
  milliseconds: number;
  components: readonly ReportedComponent[];
  evidence: readonly ReportedEvidence[];
  /** Folder the evidence was saved to. */
  evidenceFolder?: string | undefined;
  /** Name and URL of what people open next. */
  addresses: Readonly<Record<string, string | undefined>>;
  /** What to do next, one sentence each. */
  nextSteps: readonly string[];
}

/** Start and end of a component's work; undefined for one that nothing was done for. */
export function spanOf({ phases }: ReportedComponent): { from: number; to: number } | undefined {
  if (phases.length === 0) return undefined;
  return {
    from: Math.min(...phases.map(({ from }) => from)),
    to: Math.max(...phases.map(({ to }) => to)),
  };
}

/**
 * The chain of components that decided how long the run took: from the last to end back over the need that ended last.
 * In the order of time.
 */
export function criticalPath(components: readonly ReportedComponent[]): ReportedComponent[] {
  const endOf = (each: ReportedComponent) => spanOf(each)?.to ?? 0;
  const last = (list: readonly ReportedComponent[]) =>
    list.reduce<ReportedComponent | undefined>(
      (latest, each) => (endOf(each) > (latest ? endOf(latest) : 0) ? each : latest),
      undefined,
    );
  const path: ReportedComponent[] = [];
  let current = last(components);
  while (current && !path.includes(current)) {
    path.unshift(current);
    const { needs, tenant } = current;
    current = last(
      components.filter(
        (each) => needs.includes(each.component) && (each.tenant === tenant || each.tenant === undefined),
      ),
    );
  }
  return path;
}
