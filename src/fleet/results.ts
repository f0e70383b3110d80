import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { readRegularFile } from "../core/files.ts";
import { jsonOf } from "../core/json.ts";
import { type Fleet, type TenantResult, type TenantState, WAVES, type WaveName } from "./model.ts";

/** Outcomes of a tenant that is as its file says. */
const GOOD = new Set(["changed", "unchanged"]);

const fleetSchema = z.object({
  version: z.literal(1),
  environment: z.string(),
  budget: z.object({ kind: z.enum(["percent", "count"]), value: z.number() }),
  shards: z.array(
    z.object({
      shard: z.number(),
      wave: z.enum(WAVES),
      tenants: z.array(z.string()),
      maxFailures: z.number(),
    }),
  ),
  removed: z.array(z.string()),
});

const reportSchema = z.object({
  shard: z.number(),
  tenants: z.array(
    z.object({
      tenant: z.string(),
      outcome: z.string(),
      gatewayUrl: z.string().optional(),
      message: z.string().optional(),
    }),
  ),
});

/** What lies in the folder of the results: the fleet, and one report of each job that came so far. */
export interface Results {
  fleet: Fleet;
  /** By the number of the shard. */
  reports: ReadonlyMap<number, readonly TenantResult[]>;
  /** Files that are no reports. */
  damaged: readonly string[];
}

/**
 * Reads the folder that the artefacts of a roll-out were put into, with or without folders of their own.
 * @throws UserError when there is no fleet in it
 */
export async function readResults(folder: string, cwd: string): Promise<Results> {
  const root = resolve(cwd, folder);
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  // An artefact is what some job has put there; what is no file is no report.
  const read = (name: string) => readRegularFile(join(root, name), root).then(String, () => "");
  const texts = await Promise.all(files.map(read));
  const fleets = texts.filter((_, index) => basename(files[index] ?? "") === "fleet.json");
  const fleet = fleetSchema.safeParse(jsonOf(fleets[0] ?? ""));
  if (!fleet.success) {
    throw new UserError({
      message: `input \`results\`: ${folder} holds no fleet.json of this version`,
      hint: "put the file that the output `fleet` of list-tenants names there, beside the results of the jobs",
    });
  }
  const reports = new Map<number, readonly TenantResult[]>();
  const damaged: string[] = [];
  for (const [index, name] of files.entries()) {
    if (basename(name) === "fleet.json") continue;
    const report = reportSchema.safeParse(jsonOf(texts[index] ?? ""));
    if (report.success) reports.set(report.data.shard, report.data.tenants);
    else damaged.push(name);
  }
  return { fleet: fleet.data, reports, damaged };
}

/**
 * How every tenant of a fleet stands when a wave is over, in the order of the waves. What a job said nothing about has
 * failed: its runner was lost, or it stopped before.
 */
export function tenantStates({ fleet, reports }: Results, over: WaveName): TenantState[] {
  const last = WAVES.indexOf(over);
  return fleet.shards.flatMap(({ shard, wave, tenants }) => {
    const results = new Map((reports.get(shard) ?? []).map((result) => [result.tenant, result]));
    const isOver = WAVES.indexOf(wave) <= last;
    return tenants.map((tenant): TenantState => {
      const place = { tenant, wave, shard };
      const result = results.get(tenant);
      if (!isOver) return { ...place, state: "waiting", outcome: "" };
      if (!result)
        return { ...place, state: "no result", outcome: "", message: "its job said nothing about it" };
      return { ...result, ...place, state: GOOD.has(result.outcome) ? "ok" : "failed" };
    });
  });
}
