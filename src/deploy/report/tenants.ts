import { duration } from "../../core/duration.ts";
import { clipped, code, details, plainText, table } from "../../core/markdown.ts";
import { shortList } from "../../core/short-list.ts";
import type { TenantOutputs } from "../tenant/tenant.ts";
import type { DeploymentReport } from "./model.ts";
import { deploymentPage } from "./page.ts";

/** How one tenant of a run came out. */
export interface TenantResult extends TenantOutputs {
  tenant: string;
  outcome: "failed" | "not started" | "changed" | "unchanged";
  milliseconds: number;
  /** Why it failed. */
  message?: string;
  /** What there is to say about its releases. */
  page?: DeploymentReport;
}

export interface TenantsReport {
  environment: string;
  server: string;
  milliseconds: number;
  maxFailures: number;
  results: readonly TenantResult[];
}

const SIGNS = { failed: "❌", "not started": "⏹️", changed: "✅", unchanged: "➖" } as const;
const OUTCOMES = ["failed", "not started", "changed", "unchanged"] as const;
const LONGEST = 600;
/** Rows, and whole pages of tenants that failed: GitHub takes a summary of 1 MiB. */
const MOST = { rows: 500, pages: 10 } as const;

/** The section of the job summary about a run over several tenants: counts, a table, and each failure as its own page. */
export function tenantsPage(report: TenantsReport): string {
  return [
    headline(report),
    ...stopped(report),
    ...rowsOf(report),
    ...pagesOf(report),
    ...idleLine(report),
  ].join("\n\n");
}

function headline({ environment, server, milliseconds, results }: TenantsReport): string {
  const counts = OUTCOMES.flatMap((outcome) => {
    const count = results.filter((each) => each.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  const worst = OUTCOMES.find((outcome) => results.some((each) => each.outcome === outcome)) ?? "unchanged";
  const sign = worst === "unchanged" ? "✅" : SIGNS[worst];
  return `${sign} ${results.length} tenants of environment ${code(environment)} on ${code(server)}: **${counts.join(", ")}** in ${duration(milliseconds)}.`;
}

function stopped({ results, maxFailures }: TenantsReport): string[] {
  const left = results.filter(({ outcome }) => outcome === "not started");
  if (left.length === 0) return [];
  const names = left.map(({ tenant }) => code(tenant));
  return [
    `Not begun, because more than ${maxFailures} failed or the run was cancelled: ${shortList(names, 50)}.`,
  ];
}

function rowsOf({ results }: TenantsReport): string[] {
  const shown = results
    .filter(({ outcome }) => outcome === "failed" || outcome === "changed")
    .toSorted((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome));
  if (shown.length === 0) return [];
  const rows = shown
    .slice(0, MOST.rows)
    .map((each) => [
      `${SIGNS[each.outcome]} ${each.outcome}`,
      code(each.tenant),
      each.message ? plainText(clipped(each.message, LONGEST)) : changedWords(each),
      each.gatewayUrl ? plainText(each.gatewayUrl) : "",
      duration(each.milliseconds),
    ]);
  const rest = shown.length - rows.length;
  return [table(["", "Tenant", "What", "Gateway", "Time"], rows) + (rest > 0 ? `\n\nand ${rest} more` : "")];
}

function changedWords({ page }: TenantResult): string {
  const done = page?.components.filter(({ state }) => state === "done") ?? [];
  return done.map(({ component, what }) => plainText(`${component}: ${what}`)).join("<br>");
}

function pagesOf({ results }: TenantsReport): string[] {
  return results
    .filter(({ outcome, page }) => outcome === "failed" && page)
    .slice(0, MOST.pages)
    .map(({ tenant, page }) => details(`tenant ${tenant}`, page ? deploymentPage(page) : ""));
}

function idleLine({ results }: TenantsReport): string[] {
  const idle = results.filter(({ outcome }) => outcome === "unchanged");
  if (idle.length === 0) return [];
  return [details(`${idle.length} unchanged`, idle.map(({ tenant }) => code(tenant)).join(" · "))];
}
