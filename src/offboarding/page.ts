import { duration } from "../core/duration.ts";
import { code, details, fenced, plainText, table } from "../core/markdown.ts";
import { plural } from "../core/plural.ts";

/** One part of a tenant that was removed. */
export interface RemovedPart {
  what: string;
  where: string;
  /** How much of it, or which. */
  how: string;
  milliseconds: number;
}

/** How the removal of a tenant came out. */
export interface RemovalReport {
  environment: string;
  tenant: string;
  server: string;
  outcome: "gone" | "already gone" | "not gone";
  milliseconds: number;
  parts: readonly RemovedPart[];
  /** What stays although the tenant goes, one sentence each. */
  stays: readonly string[];
  /** What no API call deletes. */
  commands: readonly string[];
}

const HEADS: Readonly<Record<RemovalReport["outcome"], string>> = {
  gone: "🗑️ Removed",
  "already gone": "➖ Already gone",
  "not gone": "❌ Not removed completely",
};

/** The section of the job summary about a tenant's removal. */
export function removalPage(report: RemovalReport): string {
  const { environment, tenant, server, outcome, milliseconds, parts, stays, commands } = report;
  const place = `tenant ${code(tenant)} of environment ${code(environment)} on ${code(server)}`;
  const time = outcome === "already gone" ? "" : ` (${duration(milliseconds)})`;
  const rows = parts.map((part) => [
    plainText(part.what),
    part.where === "" ? "" : code(part.where),
    plainText(part.how),
    duration(part.milliseconds),
  ]);
  const title = `What no API call deletes: ${plural(commands.length, "line")} to run by hand`;
  return [
    `${HEADS[outcome]}: ${place}${time}.`,
    ...(outcome === "gone"
      ? [
          "Nothing of it was found any more: no object with its label, no namespace, claim, volume or release, no key and no queue.",
        ]
      : []),
    ...(rows.length > 0 ? [table(["Removed", "Where", "What", "Time"], rows)] : []),
    ...(stays.length > 0
      ? [`**What stays**\n\n${stays.map((each) => `- ${plainText(each)}`).join("\n")}`]
      : []),
    ...(commands.length > 0 ? [details(title, fenced("sh", commands))] : []),
  ].join("\n\n");
}
