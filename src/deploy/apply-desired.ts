import type { ComponentUse } from "../environment/model.ts";
import { github } from "../github/api.ts";
import { repairPending } from "../helm/pending.ts";
import { acquireLock, type Lock } from "../lock/lock.ts";
import type { PlanFile } from "../plan/file.ts";
import type { KeyedTag } from "../plan/tags.ts";
import type { Journal } from "./apply-release.ts";
import { approve, replacedObjects } from "./approve.ts";
import { lastSeconds, secondsNote } from "./durations.ts";
import { afterFailure, type OnFailure } from "./failure/aftermath.ts";
import type { RolledBack } from "./failure/rollback.ts";
import { type Desired, hasMoved, look, pendingRecords, type Seen } from "./look.ts";
import type { DeploymentOutputs, ReleaseOutput } from "./outputs.ts";
import type { PlannedRelease } from "./plan-release.ts";
import { policiesJob } from "./policies-job.ts";
import type { ReportedComponent } from "./report/model.ts";
import { deploymentPage } from "./report/page.ts";
import {
  type ComponentJob,
  type ComponentResult,
  nextSteps,
  releaseJob,
  runDeployment,
  throwFailures,
} from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";

export interface RunOptions {
  onFailure: OnFailure;
  /** Repair a release that a Helm outside of these actions has left unfinished. */
  repairPending: boolean;
  /** How long to wait for another run to end. */
  lockTimeoutMs: number;
  /** Asks GitHub whether the run that holds the lock has ended. */
  githubToken?: string | undefined;
}

export interface Application {
  cluster: ClusterSession;
  desired: Desired;
  tag: KeyedTag;
  approved: PlanFile | undefined;
  options: RunOptions;
  /** Jobs of components that are neither charts nor manifests. */
  uploads(use: ComponentUse): ComponentJob[];
  report(report: DeploymentOutputs): void;
}

/**
 * Brings the cluster to the desired state: looks, takes the lock, looks again where something has moved meanwhile, lets
 * the plan be approved, repairs what a dead run has left, and applies.
 */
export async function applyDesired(application: Application): Promise<void> {
  const { cluster, desired, tag, approved, options } = application;
  const first = await look(cluster, desired, tag);
  const { context, kubernetes, environment, timeoutMs } = cluster;
  const lock = await acquireLock(context, kubernetes, {
    environment: environment.name,
    waitMs: options.lockTimeoutMs,
    github: github(context, options.githubToken),
  });
  let notes: ReturnType<typeof secondsNote>;
  try {
    const seen = (await hasMoved(cluster, desired, first)) ? await look(cluster, desired, tag) : first;
    approve(seen.plan, approved, new Date());
    const repaired = await repairPending(context, kubernetes, pendingRecords(seen.releases), {
      lock,
      explicit: options.repairPending,
      timeoutMs,
    });
    if (looksAtAll(cluster, desired)) lock.settle();
    const releases = seen.releases.map((each): PlannedRelease => {
      const record = each.current && repaired.get(each.current);
      return record ? { ...each, current: record } : each;
    });
    await applySeen(application, { ...seen, releases }, lock, (components) => {
      notes = secondsNote(lock.notes, components);
    });
  } finally {
    await lock.release({ unfinished: context.signal.aborted, notes });
  }
}

/** Whether every release of the cluster is part of this run; else a dead run may have left more than was seen. */
function looksAtAll({ environment }: ClusterSession, { uses }: Desired): boolean {
  return environment.components.every((use) => !use.enabled || uses.includes(use));
}

async function applySeen(
  application: Application,
  seen: Seen,
  lock: Lock,
  measured: (components: readonly ReportedComponent[]) => void,
): Promise<void> {
  const { cluster, desired, options, approved, report } = application;
  const { context } = cluster;
  const begun = Date.now();
  const journal: Journal = [];
  const replaced = replacedObjects(seen.plan, approved);
  const jobs = desired.uses.flatMap((use): ComponentJob[] => {
    const release = seen.releases.find((each) => each.use === use);
    if (release) return [releaseJob(cluster, release, journal, replaced.get(use.id))];
    const manifests = seen.manifests.find((each) => each.use === use);
    if (manifests) return [policiesJob(cluster, use, manifests.objects)];
    return application.uploads(use);
  });
  const signal = AbortSignal.any([context.signal, lock.lost]);
  const { outcome, results, components } = await runDeployment(weighed(jobs, lock), signal);
  measured(components);
  const changed = results.some((result) => result.changed) || journal.length > 0;
  report({
    changed,
    releases: results.flatMap(({ release }) => (release ? [releaseOutput(release)] : [])),
  });
  const failed = seen.releases.filter(({ use }) => outcome.failed.has(use.id));
  const aftermath = await afterFailure(cluster, failed, journal, options.onFailure);
  if (aftermath.folder) report({ evidence: aftermath.folder });
  context.summary(
    deploymentPage({
      environment: cluster.environment.name,
      server: cluster.kubernetes.server,
      milliseconds: Date.now() - begun,
      components: components.map((each) => afterRollback(each, aftermath.rolledBack)),
      evidence: aftermath.evidence,
      evidenceFolder: aftermath.folder,
      addresses: { ...desired.addresses },
      nextSteps: nextSteps(outcome),
    }),
  );
  throwFailures(outcome);
}

/** The jobs with the time each took the last time, so that the longest path goes first. */
function weighed(jobs: readonly ComponentJob[], { notes }: Pick<Lock, "notes">): ComponentJob[] {
  const seconds = lastSeconds(notes);
  return jobs.map((job) => {
    const expectedSeconds = seconds[job.id];
    return expectedSeconds === undefined ? job : { ...job, expectedSeconds };
  });
}

/** How a component stands after what was undone. */
function afterRollback(component: ReportedComponent, undone: readonly RolledBack[]): ReportedComponent {
  const found = undone.find(
    ({ namespace, release, component: id }) =>
      id === component.component && `${namespace}/${release}` === component.place,
  );
  if (!found) return component;
  const cause = [component.cause, found.why].filter((each) => each !== undefined).join("; ");
  return found.outcome === "kept" ? { ...component, cause } : { ...component, state: found.outcome, cause };
}

function releaseOutput({ planned, revision }: NonNullable<ComponentResult["release"]>): ReleaseOutput {
  const { use, action, chartVersion } = planned;
  const { id: component, namespace, release } = use;
  return { component, namespace, release, action, chartVersion, revision };
}
