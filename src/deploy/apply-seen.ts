import type { Lock } from "../lock/lock.ts";
import type { Application, Prepared } from "./application.ts";
import type { Journal } from "./apply-release.ts";
import { replacedObjects } from "./approve.ts";
import { lastSeconds } from "./durations.ts";
import { afterFailure } from "./failure/aftermath.ts";
import type { RolledBack } from "./failure/rollback.ts";
import type { Seen } from "./look.ts";
import type { ReleaseOutput } from "./outputs.ts";
import { policiesJob } from "./policies-job.ts";
import type { ReportedComponent } from "./report/model.ts";
import {
  type ComponentJob,
  type ComponentResult,
  nextSteps,
  releaseJob,
  runDeployment,
  throwFailures,
} from "./run-deployment.ts";

/**
 * Brings about what was seen, approved and repaired, and reports it.
 * @param measured called with every component and its times
 * @throws UserError with everything that failed
 */
export async function applySeen(
  application: Application,
  seen: Seen,
  lock: Lock,
  measured: (components: readonly ReportedComponent[]) => void,
): Promise<void> {
  const { cluster, options, report, show } = application;
  const { context } = cluster;
  const begun = Date.now();
  const prepared = await application.prepare?.(seen);
  const preparedMs = Date.now() - begun;
  const journal: Journal = [];
  const jobs = jobsFor(application, seen, prepared, journal);
  const signal = AbortSignal.any([context.signal, lock.lost]);
  const { outcome, results, components } = await runDeployment(weighed(jobs, lock), signal);
  measured(components);
  const changed = prepared?.changed || results.some((result) => result.changed) || journal.length > 0;
  report({
    changed,
    releases: results.flatMap(({ release }) => (release ? [releaseOutput(release)] : [])),
  });
  const failed = seen.releases.filter(({ use }) => outcome.failed.has(use.id));
  const aftermath = await afterFailure(cluster, failed, journal, options.onFailure);
  if (aftermath.folder) report({ evidence: aftermath.folder });
  const before = prepared?.components ?? [];
  show({
    environment: cluster.environment.name,
    tenant: application.tenant,
    server: cluster.kubernetes.server,
    milliseconds: Date.now() - begun,
    components: [
      ...before,
      ...components.map((each) => laterBy(preparedMs, before, afterRollback(each, aftermath.rolledBack))),
    ],
    evidence: aftermath.evidence,
    evidenceFolder: aftermath.folder,
    addresses: { ...seen.desired.addresses, ...seen.desired.links },
    nextSteps: nextSteps(outcome),
  });
  throwFailures(outcome);
}

function jobsFor(
  { cluster, approved, uploads }: Application,
  seen: Seen,
  prepared: Prepared | undefined,
  journal: Journal,
): ComponentJob[] {
  const replaced = replacedObjects(seen.plan, approved);
  const releases = prepared?.releases ?? seen.releases;
  return seen.desired.uses.flatMap((use): ComponentJob[] => {
    const release = releases.find((each) => each.use === use);
    if (release) {
      const job = releaseJob(cluster, release, journal, replaced.get(use.id));
      return [prepared ? followed(job, (result) => prepared.afterRelease(release, result)) : job];
    }
    const manifests = seen.manifests.find((each) => each.use === use);
    if (manifests) return [policiesJob(cluster, use, manifests.objects)];
    return uploads(use);
  });
}

/** The job with more work after it, which may change something too. */
function followed(job: ComponentJob, more: (result: ComponentResult) => Promise<boolean>): ComponentJob {
  return {
    ...job,
    async run() {
      const result = await job.run();
      const started = Date.now();
      const changed = await more(result);
      const phase = { name: "wait" as const, milliseconds: Date.now() - started };
      return { ...result, changed: result.changed || changed, phases: [...result.phases, phase] };
    },
  };
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

/** A component that started when what was done before was done. */
function laterBy(
  milliseconds: number,
  before: readonly ReportedComponent[],
  component: ReportedComponent,
): ReportedComponent {
  if (before.length === 0) return component;
  const needs = [...component.needs, ...before.map((each) => each.component)];
  const phases = component.phases.map(({ name, from, to }) => ({
    name,
    from: from + milliseconds,
    to: to + milliseconds,
  }));
  return { ...component, needs, phases };
}

function releaseOutput({ planned, revision }: NonNullable<ComponentResult["release"]>): ReleaseOutput {
  const { use, action, chartVersion } = planned;
  const { id: component, namespace, release } = use;
  return { component, namespace, release, action, chartVersion, revision };
}
