import { code, details, table } from "../core/markdown.ts";
import { plural } from "../core/plural.ts";
import { budgetText } from "./budget.ts";
import { type Fleet, WAVE_LABELS, WAVES } from "./model.ts";

/** Names shown of one wave. */
const MOST_NAMES = 200;

/** The section of the summary about a fleet as listed: the waves, who is in them, and who has gone. */
export function listPage(
  { environment, budget, shards, removed }: Fleet,
  all: number,
  { changedSince }: { changedSince?: string | undefined },
): string {
  const listed = shards.reduce((sum, { tenants }) => sum + tenants.length, 0);
  const since = changedSince === undefined ? "" : ` that changed since ${code(changedSince)}`;
  const rows = WAVES.flatMap((wave) => {
    const own = shards.filter((shard) => shard.wave === wave);
    const tenants = own.reduce((sum, shard) => sum + shard.tenants.length, 0);
    const most = Math.max(0, ...own.map((shard) => shard.tenants.length));
    return tenants === 0 ? [] : [[WAVE_LABELS[wave], String(tenants), String(own.length), String(most)]];
  });
  const names = WAVES.flatMap((wave) => {
    const tenants = shards.filter((shard) => shard.wave === wave).flatMap((shard) => shard.tenants);
    const shown = tenants.slice(0, MOST_NAMES).map((name) => code(name));
    const rest = tenants.length - shown.length;
    const list = [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(", ");
    return tenants.length === 0
      ? []
      : [details(`Wave ${WAVE_LABELS[wave]}: ${plural(tenants.length, "tenant")}`, list)];
  });
  return [
    `Environment ${code(environment)}: **${listed} of ${plural(all, "tenant")}**${since}, error budget ${budgetText(budget)}.`,
    ...(rows.length > 0 ? [table(["Wave", "Tenants", "Jobs", "Tenants per job"], rows)] : []),
    ...names,
    ...(removed.length > 0
      ? [
          `⚠️ Gone from the files: ${removed.map((name) => code(name)).join(", ")}. Nothing is done about them here; ` +
            "`deploy-tenant` with `state: absent` takes a tenant out of the cluster.",
        ]
      : []),
  ].join("\n\n");
}
