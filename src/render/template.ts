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

/** What rendering needs. */
export interface RenderParts {
  helm: Helm;
  cache: ManifestCache;
  /** Kubernetes versions to choose from where the environment names none, oldest first. */
  versions: readonly string[];
}

/** Renders a release with `helm template`. */
export async function renderRelease(job: RenderJob, parts: RenderParts): Promise<RenderOutcome> {
  const { release, reference, digest, values } = job;
  const { use } = release;
  const kubernetesVersion = versionFor(release, parts.versions);
  const request = { release: use.release, namespace: use.namespace, reference, kubernetesVersion };
  // Without its digest a chart may be another one tomorrow, but not within a run.
  const key = [parts.helm.version, digest ?? reference, request.release, request.namespace];
  const render = () => parts.helm.template(request, values);
  try {
    const manifests = await parts.cache.get(
      [...key, kubernetesVersion, values],
      digest !== undefined,
      render,
    );
    return { manifests };
  } catch (thrown) {
    if (thrown instanceof ToolError) return refusal(thrown, job);
    if (thrown instanceof UserError) return { unavailable: thrown };
    throw thrown;
  }
}

/** The version the environment names, else the newest that the chart accepts. */
function versionFor({ environment, contents }: RenderJob["release"], versions: readonly string[]): string {
  if (environment.kubernetesVersion) return environment.kubernetesVersion;
  const newest = versions.toReversed();
  const accepted = newest.find((version) => satisfies(`${version}.0`, contents?.kubeVersion ?? "*"));
  return accepted ?? newest[0] ?? "";
}

function refusal(error: ToolError, { release, reference }: RenderJob): RenderOutcome {
  const failure = renderFailure(error.stderr, release);
  if (!failure) return { unavailable: explainHelmFailure(error, release.use, reference) };
  if (failure.window && release.environment.kubernetesVersion === undefined) {
    return { unavailable: explainHelmFailure(error, release.use, reference) };
  }
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
