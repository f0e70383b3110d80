import type { ComponentUse } from "../environment/model.ts";
import type { PlanFile } from "../plan/file.ts";
import type { KeyedTag } from "../plan/tags.ts";
import type { OnFailure } from "./failure/aftermath.ts";
import type { Desired, Seen } from "./look.ts";
import type { DeploymentOutputs } from "./outputs.ts";
import type { PlannedRelease } from "./plan-release.ts";
import type { DeploymentReport, ReportedComponent } from "./report/model.ts";
import type { ComponentJob, ComponentResult } from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";

export interface RunOptions {
  onFailure: OnFailure;
  /** Repair a release that a Helm outside of these actions has left unfinished. */
  repairPending: boolean;
  /** How long to wait for another run to end. */
  lockTimeoutMs: number;
  /** Releases (`namespace/release`) to upgrade although their records are as they should be, and why. */
  drifted?: ReadonlyMap<string, string>;
  /** Asks GitHub whether the run that holds the lock has ended. */
  githubToken?: string | undefined;
}

/** What was done before the releases, and what it makes of them. */
export interface Prepared {
  releases: readonly PlannedRelease[];
  components: readonly ReportedComponent[];
  changed: boolean;
  /** What follows once a release is ready. @returns whether it changed anything */
  afterRelease(planned: PlannedRelease, result: ComponentResult): Promise<boolean>;
}

export interface Application {
  cluster: ClusterSession;
  /** Reads what is to be brought about; again when things have moved. */
  desire(): Promise<Desired>;
  tag: KeyedTag;
  approved: PlanFile | undefined;
  options: RunOptions;
  /** Whose lock is taken; the environment's when left out. */
  tenant?: string;
  /** Everything that the lock protects; a run of less may leave what a dead run has left. */
  scope: readonly ComponentUse[];
  /** Work that comes before the releases: the onboarding of a tenant. */
  prepare?(seen: Seen): Promise<Prepared>;
  /** Jobs of components that are neither charts nor manifests. */
  uploads(use: ComponentUse): ComponentJob[];
  report(report: DeploymentOutputs): void;
  show(report: DeploymentReport): void;
}
