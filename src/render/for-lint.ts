import { stat } from "node:fs/promises";
import { relative } from "node:path";
import pLimit from "p-limit";
import { linkOut } from "../chart/files.ts";
import type { Context } from "../core/context.ts";
import { joinFailures, UserError } from "../core/errors.ts";
import { isBelow } from "../core/files.ts";
import { findHelm, type Helm } from "../helm/helm.ts";
import type { LintRelease } from "../lint/model.ts";
import { RULES } from "../lint/rules/index.ts";
import { type ChartSurroundings, chartToRender, type RenderMode, type Withheld } from "./chart-source.ts";
import { manifestCache } from "./manifest-cache.ts";
import type { RenderedRelease, RenderNotice } from "./model.ts";
import { objectsOf } from "./objects.ts";
import { type RenderJob, type RenderOutcome, renderRelease } from "./template.ts";
import { nearestVersion, withSchemaFindings } from "./validate.ts";
import { renderValues } from "./values.ts";

export interface RenderOptions {
  render: RenderMode;
  /** Folder that paths of the environment are relative to. */
  cwd: string;
  /** Where rendered manifests are kept from run to run. */
  cacheDir?: string;
}

export interface Rendering {
  rendered: readonly RenderedRelease[];
  notices: readonly RenderNotice[];
}

type Parts = Pick<Context, "exec" | "env" | "log" | "tempDir">;
/** Why a release has no manifests. */
type Skipped = Withheld | "values" | "stand-in" | "leftover" | "unavailable";
type Result = RenderedRelease | { skipped: Skipped; reason?: string };

/** Rules that look at rendered manifests. */
const RENDERING_RULES = RULES.filter(({ checkRendered }) => checkRendered).map(({ id }) => id);
/** Helm processes at a time. */
const PARALLEL = 4;
const PROGRESS_MS = 10_000;

/**
 * Renders the releases of an environment and checks the objects against the schemas of its Kubernetes version.
 * No secret is needed: stand-ins take their places.
 * @throws UserError with `render: true`, when a chart, helm or kubeconform cannot be had
 */
export async function renderForLint(
  releases: readonly LintRelease[],
  options: RenderOptions,
  context: Parts,
): Promise<Rendering> {
  const { rendered, notices } = await renderReleases(releases, options, context);
  const checked = await withSchemaFindings(rendered, options.render, context);
  return { rendered: checked.rendered, notices: [...notices, ...checked.notices] };
}

/**
 * Renders the releases of an environment, those that are charts.
 * @throws UserError with `render: true`, when a chart or helm cannot be had
 */
export async function renderReleases(
  releases: readonly LintRelease[],
  { render: mode, cwd, cacheDir }: RenderOptions,
  context: Parts,
): Promise<Rendering> {
  const charts = releases.filter(isChart);
  if (mode === "false" || charts.length === 0) return { rendered: [], notices: [] };
  let helm: Helm;
  try {
    helm = await findHelm(context);
  } catch (thrown) {
    if (!(thrown instanceof UserError) || mode === "true") throw thrown;
    const message = `charts are not rendered: ${thrown.message}`;
    return { rendered: [], notices: [{ message, rules: RENDERING_RULES }] };
  }
  const surroundings = { mode, cwd, env: context.env, aliases: helm.aliases };
  const results = await renderAll(charts, helm, surroundings, context, cacheDir);
  const rendered = results.filter((each): each is RenderedRelease => "objects" in each);
  return { rendered, notices: noticesOf(results) };
}

function isChart(release: LintRelease): release is RenderJob["release"] {
  return (
    release.use !== undefined && release.environment !== undefined && release.definition.kind === "chart"
  );
}

async function renderAll(
  releases: readonly RenderJob["release"][],
  helm: Helm,
  surroundings: ChartSurroundings,
  context: Parts,
  cacheDir: string | undefined,
): Promise<Result[]> {
  const controlPlane = releases.find(({ id }) => id === "control-plane");
  const known = (controlPlane && renderValues(controlPlane, {})) ?? {};
  const cache = manifestCache(cacheDir);
  const slot = pLimit(PARALLEL);
  let done = 0;
  context.log.info(`rendering ${releases.length} releases with Helm ${helm.version}`);
  const progress = setInterval(
    () => context.log.info(`rendered ${done} of ${releases.length} releases`),
    PROGRESS_MS,
  );
  const renderOne = async (release: RenderJob["release"]): Promise<Result> => {
    const values = renderValues(release, known);
    if (!values) return { skipped: "values" };
    const job = await jobOf(release, values, surroundings, helm);
    if ("skipped" in job) return job;
    return resultOf(
      await renderRelease(job, { helm, cache, newest: nearestVersion(undefined) }),
      job,
      surroundings,
    );
  };
  const settled = await Promise.allSettled(
    releases.map((release) => slot(() => renderOne(release).finally(() => (done += 1)))),
  ).finally(() => clearInterval(progress));
  const failure = joinFailures(settled.flatMap((each) => (each.status === "rejected" ? [each.reason] : [])));
  if (failure !== undefined) throw failure;
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** What is needed to render a release, its chart at hand; or why it is left out. */
async function jobOf(
  release: RenderJob["release"],
  values: RenderJob["values"],
  surroundings: ChartSurroundings,
  helm: Helm,
): Promise<RenderJob | { skipped: Skipped; reason?: string }> {
  const choice = chartToRender(release, surroundings);
  if ("withheld" in choice) return { skipped: choice.withheld };
  const { reference, isLocal } = choice;
  const digest = release.contents?.digest;
  if (isLocal) {
    await refuseLinksOut(reference.chart, surroundings.cwd);
    return { release, reference, values, ...(digest ? { digest } : {}) };
  }
  try {
    const chart = await helm.chart(release.use, reference);
    const digest = chart.digest.replace(/^sha256:/, "");
    return { release, reference: { chart: chart.path }, values, digest };
  } catch (thrown) {
    if (!(thrown instanceof UserError) || surroundings.mode === "true") throw thrown;
    return { skipped: "unavailable", reason: thrown.message };
  }
}

/** Helm follows every link of a chart's folder, and its templates can print what it finds. */
async function refuseLinksOut(chart: string, cwd: string): Promise<void> {
  if (!isBelow(chart, cwd) || !(await stat(chart)).isDirectory()) return;
  const link = await linkOut(chart, cwd);
  if (link === undefined) return;
  throw new UserError({
    message: `chart ${relative(cwd, chart)} is not rendered: \`${link}\` in it is a link that leads out of the working folder or nowhere`,
    hint: "put the file itself there, or leave the chart out with `render: auto`",
  });
}

function resultOf(
  outcome: RenderOutcome,
  { release, reference, digest }: RenderJob,
  { mode }: ChartSurroundings,
): Result {
  if ("manifests" in outcome) {
    const packageDigest = reference.chart.endsWith(".tgz") && digest ? { packageDigest: digest } : {};
    return { release, objects: objectsOf(outcome.manifests, release), ...packageDigest };
  }
  if ("failure" in outcome) return { release, objects: [], failure: outcome.failure };
  if ("undecided" in outcome) {
    // The rule about the chart's own schema says it.
    return outcome.undecided === "schema" ? { release, objects: [] } : { skipped: outcome.undecided };
  }
  if (mode === "true") throw outcome.unavailable;
  return { skipped: "unavailable", reason: outcome.unavailable.message };
}

const REASONS: Readonly<Record<Skipped, string>> = {
  workspace:
    "the chart lies in the checkout, and templates are code that a pull request can change; set `render: true` where you trust them",
  network: "the chart would have to be fetched; run setup-clearml-helm first, or set `render: true`",
  unnamed: "no chart is named",
  values: "its values are encrypted or have YAML errors",
  "stand-in": "the chart looks into a secret, and secrets are not known here",
  leftover: "a placeholder from a guide is not filled in",
  unavailable: "the chart could not be had",
};

/** One notice for each reason, however many releases it concerns. */
function noticesOf(results: readonly Result[]): RenderNotice[] {
  const skipped = results.filter((each) => "skipped" in each);
  return [...Map.groupBy(skipped, (each) => each.skipped)].map(([why, same]) => {
    const count = same.length === 1 ? "1 release" : `${same.length} releases`;
    const reason = same.find((each) => each.reason !== undefined)?.reason;
    return {
      message: `${count} not rendered: ${REASONS[why]}${reason ? ` (${reason})` : ""}`,
      rules: RENDERING_RULES,
    };
  });
}
