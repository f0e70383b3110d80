import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { readRegularFile, writeRegularFile } from "../core/files.ts";
import { plural } from "../core/plural.ts";
import type { Environment } from "../environment/model.ts";
import { fails, type LintResult, lintFiles, lintScope } from "./engine.ts";
import type { ClusterFacts } from "./evidence/cluster-facts.ts";
import { type EvidenceContext, readCluster } from "./evidence/evidence.ts";
import { gatherScope, readFiles } from "./evidence/gather.ts";
import { planFixes } from "./fix/plan.ts";
import { writeFixes } from "./fix/write.ts";
import { judge, type Outcome, type Yardstick } from "./judge.ts";
import { annotationsOf } from "./report/annotations.ts";
import { counted } from "./report/counts.ts";
import { suggest } from "./report/review.ts";
import { sarifOf } from "./report/sarif.ts";
import { summaryOf } from "./report/summary.ts";
import { RULES } from "./rules/index.ts";
import { changedFiles } from "./scope/git.ts";
import { type Baseline, readBaseline, shrunk } from "./suppress/baseline.ts";

export interface LintInputs {
  config: string;
  /** `path=catalogue-id`; when there are any, the environment file is not read. */
  files: readonly string[];
  failOn?: "error" | "warning" | "never" | undefined;
  /** Git reference: only what has to do with changes since is reported. */
  changedSince?: string | undefined;
  /** Whether charts are rendered; auto: those that can be had without network. */
  render?: "auto" | "true" | "false";
  /** Whether the cluster of the kubeconfig is looked at. */
  cluster?: boolean;
  fix?: boolean;
  /** Paths of files, relative to the working folder. */
  sarifFile?: string | undefined;
  baseline?: string | undefined;
  /** Whether repairs are suggested in the pull request this runs for; needs the token. */
  suggest?: boolean;
  githubToken?: string | undefined;
}

/** Outputs, told as soon as they are known: they must be set when the findings fail the step. */
export type Tell = (outputs: {
  errors: number;
  warnings: number;
  fixed: number;
  findings: string;
  "sarif-file"?: string;
}) => void;

type LintContext = EvidenceContext &
  Pick<Context, "annotate" | "http" | "summary" | "outputDir" | "secrets" | "signal">;

/**
 * Lints an environment or single files, repairs what it is asked to, and shows what was found.
 * @throws UserError of kind findings when a finding is severe enough; of kind input for a wrong input or config
 */
export async function lint(inputs: LintInputs, cwd: string, context: LintContext, tell: Tell): Promise<void> {
  const token = reviewToken(inputs);
  const changed = await readChanges(inputs, cwd, context);
  const baseline = await readKnown(inputs, cwd);
  const cluster = inputs.cluster && inputs.files.length === 0 ? await readCluster(context) : undefined;
  const lintAll = () => lintInputs(inputs, { cwd, cluster }, context);
  let linted = await lintAll();
  let outcome = judge(linted.result, { ...changed, ...baseline, ...linted });
  if (inputs.fix) {
    const fixed = await repair(outcome, baseline.baseline, cwd, context);
    if (fixed > 0) linted = await lintAll();
    outcome = judge(linted.result, { ...changed, ...(await readKnown(inputs, cwd)), ...linted, fixed });
  }
  await tellFiles(outcome, inputs, cwd, context, tell);
  show(outcome, linted.checked, context);
  if (token !== undefined)
    await suggest(outcome.report.findings, outcome.result.texts, { token, cwd }, context);
  const result = `${linted.checked}: ${counted(outcome.report.findings)}`;
  if (!fails(outcome.report, linted.failOn)) return context.log.info(result);
  throw new UserError(
    {
      message: result,
      hint: "repair them, or set the severity of a rule under `lint.rules` in clearml.yaml",
    },
    { kind: "findings" },
  );
}

/** The token for suggestions; undefined when none are to be made. */
function reviewToken({ suggest: isWanted, githubToken }: LintInputs): string | undefined {
  if (!isWanted) return undefined;
  if (githubToken) return githubToken;
  throw new UserError({
    message: "input `suggest` needs `github-token`",
    hint: "set `github-token: ${{ github.token }}`, and `permissions: pull-requests: write` for the job",
  });
}

/** The files that have changed, where only they count. */
async function readChanges(
  { changedSince }: LintInputs,
  cwd: string,
  { exec, log }: LintContext,
): Promise<Pick<Yardstick, "changed">> {
  if (changedSince === undefined) return {};
  const changed = await changedFiles(changedSince, cwd, exec);
  log.info(`${plural(changed.size, "file")} changed since ${changedSince}`);
  return { changed };
}

async function readKnown({ baseline }: LintInputs, cwd: string): Promise<Pick<Yardstick, "baseline">> {
  if (baseline === undefined) return {};
  try {
    const text = await readRegularFile(resolve(cwd, baseline), cwd);
    return { baseline: readBaseline(text.toString("utf8"), baseline) };
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT")
      return { baseline: readBaseline(undefined, baseline) };
    throw new UserError({
      message: `input \`baseline\`: ${baseline} cannot be read: ${errorMessage(thrown)}`,
      hint: "name the findings file of an earlier run, a plain file of the checkout",
    });
  }
}

interface Linted {
  result: LintResult;
  environment?: Environment;
  /** What was linted, for people. */
  checked: string;
  failOn: "error" | "warning" | "never";
}

async function lintInputs(
  { config, files, failOn, render = "auto" }: LintInputs,
  { cwd, cluster }: { cwd: string; cluster: ClusterFacts | undefined },
  context: LintContext,
): Promise<Linted> {
  if (files.length > 0) {
    const result = lintFiles(readFiles(files, cwd));
    return { result, checked: plural(files.length, "file"), failOn: failOn ?? "error" };
  }
  const scope = await gatherScope({ config, cwd, render, cluster }, context);
  const { environment } = scope;
  return {
    result: lintScope(scope),
    environment,
    checked: describe(environment),
    failOn: failOn ?? environment.lint.failOn,
  };
}

function describe(environment: Environment): string {
  const uses = [environment, ...environment.tenants].flatMap(({ components }) => components);
  const files = new Set(uses.flatMap((use) => use.overrides.map((override) => override.file)));
  const tenants = plural(environment.tenants.length, "tenant");
  return `environment \`${environment.name}\` (${tenants}, ${plural(files.size, "override file")})`;
}

/** Writes the repairs of what is reported, and takes out of the baseline what is gone. Gives their number. */
async function repair(
  { repairs, gone }: Outcome,
  baseline: Baseline | undefined,
  cwd: string,
  context: LintContext,
): Promise<number> {
  const plan = planFixes(repairs);
  const smaller =
    baseline && gone.length > 0
      ? [{ file: baseline.file, before: baseline.text, after: shrunk(baseline, gone) }]
      : [];
  const written = await writeFixes([...plan.files, ...smaller], cwd);
  for (const problem of written.problems) context.annotate("warning", problem);
  const made = plan.chosen.filter(({ edits }) => edits.every(({ file }) => written.files.has(file)));
  for (const { description, edits } of made) {
    const [first] = edits;
    if (first) context.log.info(`repaired ${first.file}:${first.line}: ${description}`);
  }
  return made.length;
}

/** Writes the files that outputs name, and sets the outputs. */
async function tellFiles(
  { report, result, known }: Outcome,
  { sarifFile }: LintInputs,
  cwd: string,
  context: LintContext,
  tell: Tell,
): Promise<void> {
  const { counts, fixed } = report;
  const findings = join(await context.outputDir(), "findings.json");
  await writeFile(findings, context.secrets.redact(`${JSON.stringify(report, null, 2)}\n`));
  const outputs = { errors: counts.error, warnings: counts.warning, fixed, findings };
  tell(outputs);
  if (sarifFile === undefined) return;
  const sarif = sarifOf({ findings: report.findings, silenced: result.silenced, known, rules: RULES, cwd });
  const text = context.secrets.redact(`${JSON.stringify(sarif, null, 2)}\n`);
  try {
    await writeRegularFile(resolve(cwd, sarifFile), text, cwd);
  } catch (thrown) {
    throw new UserError({
      message: `input \`sarif-file\`: ${sarifFile} cannot be written: ${errorMessage(thrown)}`,
      hint: "name a path that the job may write to",
    });
  }
  tell({ ...outputs, "sarif-file": sarifFile });
}

/** Annotations and the summary. */
function show({ report, result, gone }: Outcome, checked: string, context: LintContext): void {
  for (const { level, problem, title } of annotationsOf(
    report.findings,
    context.env.GITHUB_ACTIONS === "true",
  ))
    context.annotate(level, problem, title);
  if (gone.length > 0) {
    context.annotate("info", {
      message: `${plural(gone.length, "entry", "entries")} of the baseline found no longer`,
      hint: "take them out of it; with `fix: true` that is done here",
    });
  }
  context.summary(summaryOf({ report, checked, texts: result.texts, gone }));
}
