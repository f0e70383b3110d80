import { satisfies } from "semver";
import { ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import type { ChartReference } from "../helm/chart-reference.ts";
import { explainHelmFailure } from "../helm/failures.ts";
import type { Helm } from "../helm/helm.ts";
import type { LintRelease } from "../lint/model.ts";
import { findPlaceholders } from "../overrides/placeholders.ts";
import type { Values } from "../overrides/values.ts";
import { renderFailure } from "./failure.ts";
import type { ManifestCache } from "./manifest-cache.ts";
import type { RenderFailure } from "./model.ts";
import { standIn } from "./stand-ins.ts";

/** A release of an environment, ready to be rendered. */
export interface RenderJob {
  release: LintRelease & { use: ComponentUse; environment: Environment };
  reference: ChartReference;
  /** SHA-256 of the chart, where it is known. */
  digest?: string;
  values: Values;
}

/** What became of it: manifests, Helm's refusal of the values, or a reason that is not the values' fault. */
export type RenderOutcome =
  | { manifests: string }
  | { failure: RenderFailure }
  | { unavailable: UserError }
  | { undecided: "stand-in" | "leftover" | "schema" };

type Rendered = Exclude<RenderOutcome, { failure: RenderFailure }> | { failure: Refusal };
type Refusal = NonNullable<ReturnType<typeof renderFailure>>;

/** What rendering needs. */
export interface RenderParts {
  helm: Helm;
  cache: ManifestCache;
  /** The newest Kubernetes version known here, such as `1.36`. */
  newest: string;
}

/**
 * Renders a release with `helm template`. Where the environment names no Kubernetes version, it is the newest that the
 * chart accepts.
 */
export async function renderRelease(job: RenderJob, parts: RenderParts): Promise<RenderOutcome> {
  const { environment, contents } = job.release;
  const declared = environment.kubernetesVersion;
  if (declared !== undefined) return render(job, declared, parts);
  const outcome = await render(job, newestIn(contents?.kubeVersion ?? "*", parts) ?? parts.newest, parts);
  const window = "failure" in outcome ? outcome.failure.window : undefined;
  if (window === undefined) return outcome;
  // The chart was not at hand before, and says only now what it accepts.
  const version = newestIn(window, parts);
  if (version !== undefined) return render(job, version, parts);
  const problem = { message: `the chart accepts Kubernetes ${window} only`, at: job.release.at };
  return { unavailable: new UserError(problem) };
}

/** The newest minor version within a range that charts may still ask for. */
function newestIn(range: string, { newest }: RenderParts): string | undefined {
  const minors = Array.from({ length: Number(newest.split(".")[1]) + 1 }, (_, minor) => `1.${minor}`);
  return minors.findLast((version) => satisfies(`${version}.0`, range));
}

async function render(
  job: RenderJob,
  kubernetesVersion: string,
  { helm, cache }: RenderParts,
): Promise<Rendered> {
  const { reference, digest, values } = job;
  const { release, namespace } = job.release.use;
  const key = [helm.version, digest ?? reference, release, namespace, kubernetesVersion, values];
  const template = () => helm.template({ release, namespace, reference, kubernetesVersion }, values);
  try {
    // Without its digest a chart may be another one tomorrow, but not within a run.
    return { manifests: await cache.get(key, digest !== undefined, template) };
  } catch (thrown) {
    if (thrown instanceof ToolError) return refusal(thrown, job);
    if (thrown instanceof UserError) return { unavailable: thrown };
    throw thrown;
  }
}

function refusal(error: ToolError, { release, reference }: RenderJob): Rendered {
  const failure = renderFailure(error.stderr, release);
  if (!failure) return { unavailable: explainHelmFailure(error, release.use, reference) };
  if (standInsOf(release).some((text) => error.stderr.includes(text))) return { undecided: "stand-in" };
  if (release.entries.some(({ leftover, value }) => leftover && error.stderr.includes(String(value))))
    return { undecided: "leftover" };
  // The schema itself is at hand, and its own rule says where.
  if (release.contents?.schema !== undefined && /don't meet the specifications/.test(error.stderr))
    return { undecided: "schema" };
  return { failure };
}

function standInsOf({ entries }: LintRelease): string[] {
  return entries.flatMap(({ value }) =>
    typeof value === "string" ? findPlaceholders(value).map(({ name }) => standIn(name)) : [],
  );
}
