import { z } from "zod";
import type { Context } from "../../core/context.ts";
import { plural } from "../../core/plural.ts";
import { type Github, GithubError } from "../../github/api.ts";
import { runAddress } from "../../lock/holder.ts";
import type { DriftReport } from "../report/model.ts";
import { driftPage } from "../report/page.ts";
import { issueBody, issueTitle } from "./body.ts";
import { findIssues, LABEL, type OurIssue } from "./find.ts";
import { digestOf, driftMarker, type Known, knownOf, placeIn, type Stored } from "./marker.ts";
import { explained } from "./refusal.ts";

export interface DriftIssue {
  report: DriftReport;
  /** Whether the run was asked to look at the whole environment. */
  whole: boolean;
  /** Path of the environment file, for commands. */
  config: string;
  context: Pick<Context, "env" | "secrets">;
  now: Date;
}

export interface ManagedIssue {
  /** Undefined when there is none. */
  number?: number;
  did: "created" | "updated" | "unchanged" | "closed" | "reopened" | "none";
}

/**
 * Keeps one issue for an environment. It is written only when what is found changes; a run that has not seen
 * everything adds to it, and neither takes anything off nor closes it.
 * @throws UserError that names the right or the setting that is missing
 */
export async function manageIssue(github: Github, wanted: DriftIssue): Promise<ManagedIssue> {
  try {
    return await manage(github, wanted);
  } catch (thrown) {
    throw explained(github, thrown);
  }
}

async function manage(github: Github, wanted: DriftIssue): Promise<ManagedIssue> {
  const { report, whole, now } = wanted;
  const { issue, doubles } = await findIssues(github, report.environment, now);
  for (const double of doubles) await closeAsDouble(github, report.environment, double.number, issue?.number);
  if (report.findings.length === 0) {
    if (issue?.state !== "open") return { did: "none" };
    if (!report.complete || !whole) return { number: issue.number, did: "unchanged" };
    return await close(github, wanted, issue);
  }
  const state = issue ? await bringUpToDate(github, wanted, issue) : undefined;
  return state ?? (await create(github, wanted));
}

/** Undefined when somebody has deleted it just then. */
async function bringUpToDate(
  github: Github,
  wanted: DriftIssue,
  issue: OurIssue,
): Promise<ManagedIssue | undefined> {
  const { number, state, stored } = issue;
  const { known, earlier, changed } = nextOf(stored, wanted);
  if (state === "open" && !changed) return { number, did: "unchanged" };
  const body = bodyOf(wanted, known, earlier);
  const change = { body, ...(state === "closed" ? { state: "open" } : {}) };
  if (!(await unlessGone(github.request("PATCH", path(github, number), change)))) return undefined;
  if (state === "open") return { number, did: "updated" };
  const found = plural(wanted.report.findings.length, "difference");
  await comment(github, issue, `Opened again: ${runText(wanted)} has found ${found}.`);
  return { number, did: "reopened" };
}

/** What an issue is to tell after this run, and whether that is something else than what it tells. */
function nextOf(
  stored: Stored,
  { report, whole }: DriftIssue,
): { known: Known[]; earlier: Known[]; changed: boolean } {
  const found = knownOf(report.findings);
  if (report.complete && whole) {
    return { known: found, earlier: [], changed: digestOf(found) !== stored.digest };
  }
  // What it has not found may be what it has not seen. Of findings too many to name, none is known to be new.
  const before = stored.found;
  const [keys, places] = [before?.map(({ key }) => key) ?? [], found.map(({ key }) => placeIn(key))];
  const earlier = (before ?? []).filter(({ key }) => !places.includes(placeIn(key)));
  const changed = before !== undefined && found.some(({ key }) => !keys.includes(key));
  return { known: [...found, ...earlier], earlier, changed };
}

async function create(github: Github, wanted: DriftIssue): Promise<ManagedIssue> {
  const { environment, findings } = wanted.report;
  const body = bodyOf(wanted, knownOf(findings), []);
  const title = issueTitle(environment);
  const { json } = await github.request("POST", listPath(github), { title, body, labels: [LABEL] });
  const { number } = z.object({ number: z.number() }).parse(json);
  // Another run may have found none at the same moment. Both see both now, and agree on the older one.
  const { issue } = await findIssues(github, environment, wanted.now);
  if (issue?.state !== "open" || issue.number >= number) return { number, did: "created" };
  await closeAsDouble(github, environment, number, issue.number);
  return { number: issue.number, did: "unchanged" };
}

/** Only after a complete run that has found nothing. What it told stays to be read; nothing of it counts any more. */
async function close(github: Github, wanted: DriftIssue, issue: OurIssue): Promise<ManagedIssue> {
  const body = withMarker(issue.body, driftMarker(wanted.report.environment, []));
  const change = { body, state: "closed", state_reason: "completed" };
  const isThere = await unlessGone(github.request("PATCH", path(github, issue.number), change));
  if (!isThere) return { did: "none" };
  await comment(github, issue, `Closed: ${runText(wanted)} has looked at everything and found no drift.`);
  return { number: issue.number, did: "closed" };
}

/** Without the marker it is never taken up again. */
async function closeAsDouble(
  github: Github,
  environment: string,
  number: number,
  kept: number | undefined,
): Promise<void> {
  const body = `Duplicate of #${kept}: two runs have looked at ${environment} at the same time.`;
  const change = { body, state: "closed", state_reason: "not_planned" };
  await unlessGone(github.request("PATCH", path(github, number), change));
}

/** A locked conversation takes no words; what was done to it shows anyway. */
async function comment(github: Github, { number, locked }: OurIssue, body: string): Promise<void> {
  if (!locked) await unlessGone(github.request("POST", `${path(github, number)}/comments`, { body }));
}

/** No part but the marker's frame goes unredacted: by that it is found again. */
function bodyOf({ report, config, context }: DriftIssue, known: readonly Known[], earlier: readonly Known[]) {
  const { env, secrets } = context;
  const run = runAddress(env);
  const elsewhere = run ? `[the job summary](${run})` : "the job summary";
  const redacted = (all: readonly Known[]) =>
    all.map(({ key, text }) => ({ key, text: text && secrets.redact(text) }));
  return issueBody({
    marker: driftMarker(report.environment, redacted(known)),
    environment: report.environment,
    earlier: redacted(earlier),
    page: (most) => secrets.redact(driftPage(report, { most, elsewhere, config })),
    run,
  });
}

function runText({ context: { env } }: DriftIssue): string {
  const run = runAddress(env);
  return run ? `[a run](${run})` : "a run";
}

function withMarker(body: string, marker: string): string {
  return body.replace(/^[^\r\n]*/, () => marker);
}

/** False when somebody has deleted the issue in the meantime. */
async function unlessGone(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (thrown) {
    if (thrown instanceof GithubError && (thrown.status === 404 || thrown.status === 410)) return false;
    throw thrown;
  }
}

function listPath({ repository }: Github): string {
  return `/repos/${repository}/issues`;
}

function path(github: Github, number: number): string {
  return `${listPath(github)}/${number}`;
}
