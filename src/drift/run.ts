import type { Context } from "../core/context.ts";
import { type Problem, UserError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { openSession } from "../deploy/session.ts";
import { github } from "../github/api.ts";
import { connectKubernetes } from "../kubernetes/api.ts";
import { clusterId } from "../kubernetes/cluster-id.ts";
import { makeTag } from "../plan/tags.ts";
import { applyIgnore } from "./ignore/apply.ts";
import type { IgnoreRules } from "./ignore/model.ts";
import { readIgnoreFile } from "./ignore/read.ts";
import { manageIssue } from "./issue/manage.ts";
import type { Scan } from "./model.ts";
import { type RepairOptions, repairable, repairDrift, repairedOf } from "./repair.ts";
import { writeReport } from "./report/file.ts";
import { driftLines } from "./report/lines.ts";
import type { DriftReport } from "./report/model.ts";
import { driftPage } from "./report/page.ts";
import { type Scanned, scanOnce } from "./scan.ts";
import { driftScope } from "./scope.ts";

export interface DriftOptions extends RepairOptions {
  /** Names; `*` for all, `none` for none. */
  tenants: readonly string[];
  ignoreFile?: string | undefined;
  failOnDrift: boolean;
  issue: "none" | "manage";
  repair: boolean;
  tlsDays: number;
  /** Patterns of field managers that count as people. */
  managers: readonly string[];
}

/** What is known of a run, told before anything is thrown. */
export interface DriftOutputs {
  drifted?: boolean;
  complete?: boolean;
  /** Path of the report. */
  report?: string;
  issueNumber?: number;
}

/**
 * Says what has drifted, shows it, keeps the issue about it, and repairs it where that is asked for and an upgrade does.
 * @throws UserError of kind findings for drift, incomplete when not everything could be looked at; what a repair or
 * the issue could not do
 */
export async function detectDrift(
  options: DriftOptions,
  context: Context,
  tell: (outputs: DriftOutputs) => void,
): Promise<void> {
  const session = await openSession(options.config, options.timeoutMs, context);
  const { environment, secrets } = session;
  const scope = driftScope(environment, options.tenants);
  const { ignoreFile } = options;
  const rules = ignoreFile === undefined ? [] : readIgnoreFile(ignoreFile, { cwd: process.cwd() });
  const kubernetes = await connectKubernetes(context);
  context.log.info(`cluster ${kubernetes.server}, Kubernetes ${kubernetes.version}`);
  // Without a secret of its own an environment gets at least what only users of the cluster know.
  const known = new Map([...secrets, ["id of the cluster", (await clusterId(kubernetes)) ?? ""]]);
  const tag = await makeTag(known, environment.name);
  const { tlsDays, apiUrl, managers } = options;
  const { uses, tenants } = scope;
  const scan: Scan = {
    ...{ context, environment, secrets, kubernetes, uses, tenants, tag },
    now: new Date(),
    options: { tlsDays, apiUrl, managers },
  };
  const judge = async () => reportOf(scan, await scanOnce(scan), rules, scope.whole);
  const first = await judge();
  const repairs = options.repair ? repairable(first.findings) : [];
  const failure = repairs.length > 0 ? await repairDrift(scan, first.findings, options) : undefined;
  const report = repairs.length > 0 ? afterRepair(first, await judge(), failure) : first;
  await show(report, scan, options, tell);
  if (options.issue === "manage") await keepIssue(report, scan, scope.whole, options, tell);
  if (failure !== undefined) throw failure;
  throwOutcome(report, options);
}

/** A report, and what is to be said about the ignore rules. */
type Judged = DriftReport & { warnings: readonly Problem[] };

function reportOf(scan: Scan, scanned: Scanned, rules: IgnoreRules, whole: boolean): Judged {
  const { environment, kubernetes, now } = scan;
  const complete = scanned.unread.length === 0;
  const { kept, ignored, warnings } = applyIgnore(rules, scanned.findings, {
    now,
    sawAll: complete && whole,
  });
  return {
    environment: environment.name,
    complete,
    scanned: { releases: scanned.releases, objects: scanned.objects, calls: kubernetes.calls },
    findings: kept,
    ignored,
    partial: scanned.unread,
    notes: scanned.notes,
    warnings,
  };
}

function afterRepair({ findings }: DriftReport, after: Judged, failure: unknown): Judged {
  return { ...after, repaired: repairedOf(repairable(findings), after.findings, failure) };
}

async function show(
  report: Judged,
  { context }: Scan,
  { config }: DriftOptions,
  tell: (outputs: DriftOutputs) => void,
): Promise<void> {
  tell({
    drifted: report.findings.length > 0,
    complete: report.complete,
    report: await writeReport(context, report),
  });
  for (const warning of report.warnings) context.annotate("warning", warning, "ignore rule");
  for (const line of driftLines(report)) context.log.info(line);
  context.summary(driftPage(report, { config }));
}

async function keepIssue(
  report: DriftReport,
  { context, now }: Scan,
  whole: boolean,
  { githubToken, config }: DriftOptions,
  tell: (outputs: DriftOutputs) => void,
): Promise<void> {
  const api = github(context, githubToken);
  if (!api) {
    throw new UserError({
      message: "input `issue: manage` needs a repository on GitHub, and this run belongs to none",
      hint: "leave `issue` out, or run this in a workflow",
    });
  }
  const { number, did } = await manageIssue(api, { report, whole, config, context, now });
  if (number !== undefined) tell({ issueNumber: number });
  context.log.info(number === undefined ? "no issue is needed" : `issue #${number}: ${did}`);
}

/** @throws UserError for drift, and for what could not be looked at */
function throwOutcome({ findings, partial, environment }: DriftReport, { failOnDrift }: DriftOptions): void {
  if (findings.length > 0 && failOnDrift) {
    const message = `${environment}: ${plural(findings.length, "thing")} drifted`;
    throw new UserError(
      { message, hint: "the summary says what, who and what repairs it" },
      { kind: "findings" },
    );
  }
  if (partial.length === 0) return;
  const [first] = partial;
  const rest = partial.length > 1 ? ` (and ${partial.length - 1} more)` : "";
  const message = `not everything could be looked at: ${first?.scope}: ${first?.reason}${rest}`;
  throw new UserError(
    { message, hint: "nothing counts as clean before it was read" },
    { kind: "incomplete" },
  );
}
