import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credentials } from "../clearml/api.ts";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { once } from "../core/once.ts";
import { plural } from "../core/plural.ts";
import { openSession } from "../deploy/session.ts";
import { tenantMemory } from "../deploy/tenant/memory/memory.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { clusterAtHand } from "../kubernetes/at-hand.ts";
import { CHECKS } from "./checks.ts";
import { endpointOf } from "./end-to-end/index.ts";
import type { Probe, SmokeEntry, SmokeReport, SmokeTarget } from "./model.ts";
import { smokeSummary } from "./report.ts";
import { runChecks } from "./runner.ts";
import { selectChecks } from "./select.ts";
import { tenantTarget, urlTarget } from "./target.ts";

export interface SmokeOptions {
  config: string;
  tenant?: string | undefined;
  url?: string | undefined;
  /** Names and groups of checks. */
  checks: readonly string[];
  endToEnd: boolean;
  queue?: string | undefined;
  timeoutMs: number;
  requests: number;
  tlsDays: number;
  apiUrl?: string | undefined;
  cookieName?: string | undefined;
  accessKey?: string | undefined;
  secretKey?: string | undefined;
}

/** What is known of a test, told before anything is thrown. */
export interface SmokeOutputs {
  passed: boolean;
  /** Path of the report. */
  report: string;
  endpoint?: string | undefined;
}

/**
 * Tries a gateway from outside, in its cluster, and with a task, as far as each is wanted and possible, and shows what
 * was found.
 * @throws UserError for wrong input; of kind findings when a check has failed, incomplete when none could be made
 */
export async function smokeTest(
  options: SmokeOptions,
  context: Context,
  tell: (outputs: SmokeOutputs) => void,
): Promise<void> {
  const checks = selectChecks(CHECKS, options.checks, options.endToEnd);
  const target = await readTarget(options, context);
  // Of a gateway that is named by its address alone nobody knows where it is in a cluster.
  const found = target.use ? await clusterAtHand(context) : { none: "only the address is known" };
  if ("none" in found) context.log.info(`nothing is looked at from inside: ${found.none}`);
  const kubernetes = "none" in found ? undefined : found;
  const deadline = Date.now() + options.timeoutMs;
  const probe: Probe = {
    ...{ target, context, deadline },
    signal: AbortSignal.any([context.signal, AbortSignal.timeout(options.timeoutMs)]),
    ...(kubernetes ? { kubernetes } : {}),
    credentials: once(() => readCredentials(options, target, kubernetes, context)),
    options: {
      requests: options.requests,
      tlsDays: options.tlsDays,
      ...(options.queue === undefined ? {} : { queue: options.queue }),
    },
  };
  const entries = await runChecks(checks, probe, (entry) => context.log.info(lineOf(entry)));
  const report = reportOf(target, entries);
  const endpoint = endpointOf(probe);
  tell({ passed: report.passed, report: await writeReport(report, context), endpoint });
  context.summary(smokeSummary(report, checks, target));
  for (const { name, detail, hint, status } of entries) {
    if (status !== "fail") continue;
    context.annotate("error", { message: `${name}: ${detail}`, ...(hint ? { hint } : {}) }, "smoke test");
  }
  throwFailure(report);
}

async function readTarget(options: SmokeOptions, context: Context): Promise<SmokeTarget> {
  const { url, tenant, config, timeoutMs } = options;
  if (url !== undefined && tenant === undefined) return urlTarget(url, options);
  if (tenant !== undefined && url === undefined)
    return tenantTarget(await openSession(config, timeoutMs, context), tenant, options);
  throw new UserError({
    message: url
      ? "inputs `url` and `tenant` exclude each other"
      : "neither input `tenant` nor `url` is given",
    hint: "name a tenant of the environment file with `tenant`, or the address of a gateway with `url`",
  });
}

/** The key pair of the inputs, or else the one that the tenant's gateway was given. */
async function readCredentials(
  { accessKey, secretKey }: SmokeOptions,
  { use, tenant, environment }: SmokeTarget,
  kubernetes: Kubernetes | undefined,
  context: Context,
): Promise<Credentials | undefined> {
  if (accessKey && secretKey) return { accessKey, secretKey };
  if (!kubernetes || !use || tenant === undefined || !environment) return undefined;
  const owner = { environment: environment.name, tenant, namespace: use.namespace };
  const memory = tenantMemory(kubernetes, context, owner);
  return (await memory.loadCredentials("gateway")) ?? memory.loadCredentials("agent");
}

function reportOf({ url }: SmokeTarget, checks: readonly SmokeEntry[]): SmokeReport {
  const ran = checks.filter(({ status }) => status === "pass" || status === "fail");
  const passed = ran.length > 0 && ran.every(({ status }) => status === "pass");
  return { version: 1, target: url.href, passed, checks };
}

async function writeReport(report: SmokeReport, context: Context): Promise<string> {
  const file = join(await context.outputDir(), "smoke-test.json");
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
}

function lineOf({ name, status, detail, durationMs }: SmokeEntry): string {
  return `${status.padEnd(4)} ${name} (${durationMs} ms): ${detail}`;
}

function throwFailure({ checks, passed, target }: SmokeReport): void {
  if (passed) return;
  const failed = checks.filter(({ status }) => status === "fail");
  if (failed.length === 0) {
    const message = `nothing could be looked at of ${target}`;
    const hint =
      "the reasons stand with each check; give credentials or a kubeconfig, or choose other `checks`";
    throw new UserError({ message, hint }, { kind: "incomplete" });
  }
  const names = failed.map(({ name }) => name).join(", ");
  const message = `${plural(failed.length, "check")} of ${target} failed: ${names}`;
  throw new UserError({ message, hint: "each says what repairs it" }, { kind: "findings" });
}
