import pLimit from "p-limit";
import { type ClearmlApi, connectClearml } from "../../clearml/api.ts";
import { type Company, listCompanies } from "../../clearml/companies.ts";
import { ClearmlApiError } from "../../clearml/errors.ts";
import { requireEnterpriseKey } from "../../clearml/server.ts";
import { formatProblem, type UserError } from "../../core/errors.ts";
import { shortList } from "../../core/short-list.ts";
import type { Tenant } from "../../environment/model.ts";
import { compareMinor, serverOfEnterpriseChart } from "../../lint/facts/server-version.ts";
import { valueAt } from "../../overrides/values.ts";
import type { Facts } from "../facts.ts";
import { type Found, NOTHING, type Scan, together, type Unread } from "../model.ts";
import { unreadFor } from "../unread.ts";
import type { TenantLook, TenantRecords } from "./look.ts";
import { goneNamespace } from "./lost.ts";
import { readNamespaces } from "./namespaces.ts";
import { type LookedAt, lookAtServer } from "./server.ts";
import { runningReleases } from "./workloads.ts";

/** The server answers a few at a time; each tenant is about five questions. */
const AT_ONCE = 8;
const SERVER = "tenants on the ClearML server";

/**
 * The tenants in scope beside their releases: namespaces with labels and quotas, and what they have on the ClearML
 * server. What cannot be read of one tenant leaves the others as they are; a server that does not answer is not asked
 * again for every one of them.
 */
export async function scanTenants(
  scan: Scan,
  facts: Pick<Facts, "controlPlane" | "server" | "memory">,
  records: TenantRecords,
): Promise<Found> {
  if (scan.tenants.length === 0) return NOTHING;
  const [{ gone, ...namespaces }, { answer, unread }] = await Promise.all([
    readNamespaces(scan),
    askServer(scan, facts),
  ]);
  const there = scan.tenants.filter((tenant) => !gone.some((each) => each.tenant === tenant));
  const lost = gone.map((each) => goneNamespace(scan, each, answer?.companies));
  const looked = answer
    ? await lookAtAll({ scan, ...answer, facts, records, running: runningReleases(scan) }, there)
    : NOTHING;
  const notes = versionNotes(scan, records, answer?.version);
  return together([{ ...namespaces, notes: [] }, { findings: lost, unread, notes }, looked]);
}

interface ServerAnswer {
  api: ClearmlApi;
  companies: readonly Company[];
  version: string | undefined;
}

/** What all tenants share is asked once. */
async function askServer(
  scan: Scan,
  { controlPlane, server }: Pick<Facts, "controlPlane" | "server">,
): Promise<{ answer?: ServerAnswer; unread: Unread[] }> {
  // That the server's key could not be read is said where it was read.
  if (!server) return { unread: [] };
  try {
    const api = connect(scan, controlPlane.addresses.api, server);
    const { serverVersion: version } = await requireEnterpriseKey(api);
    return { answer: { api, companies: await listCompanies(api), version }, unread: [] };
  } catch (thrown) {
    return { unread: [unreadFor(SERVER, thrown)] };
  }
}

function connect(
  { context, options }: Scan,
  address: string,
  { system, source }: NonNullable<Facts["server"]>,
): ClearmlApi {
  const { http, secrets } = context;
  return connectClearml({ url: options.apiUrl ?? address, ...system, http, secrets, keySource: source });
}

async function lookAtAll(look: TenantLook, tenants: readonly Tenant[]): Promise<Found> {
  const slot = pLimit(AT_ONCE);
  let down: UserError | undefined;
  const looked = await Promise.all(
    tenants.map((tenant) =>
      slot(async () => {
        if (down) return { tenant, findings: [], failures: [down] };
        const seen = await lookAtServer(look, tenant);
        down ??= seen.failures.find((each) => each instanceof ClearmlApiError && each.code === 0);
        return { tenant, ...seen };
      }),
    ),
  );
  return { findings: looked.flatMap(({ findings }) => findings), unread: unreadTenants(looked), notes: [] };
}

const MOST_NAMED = 5;

/** Tenants that could not be looked at for the same reason are one entry. */
function unreadTenants(looked: readonly (LookedAt & { tenant: Tenant })[]): Unread[] {
  const failed = looked.flatMap(({ tenant, failures: [first] }) =>
    first ? [{ name: tenant.name, reason: first.problems.map(formatProblem).join("; ") }] : [],
  );
  const alike = Map.groupBy(failed, ({ reason }) => reason);
  return [...alike].map(([reason, group]) => {
    const names = group.map(({ name }) => name);
    const which = `${names.length === 1 ? "tenant" : "tenants"} ${shortList(names, MOST_NAMED)}`;
    return { scope: `${which} on the ClearML server`, reason };
  });
}

/** A server that is older than its chart: an upgrade that has not ended, or a pinned image. */
function versionNotes(
  { uses }: Pick<Scan, "uses">,
  records: TenantRecords,
  version: string | undefined,
): string[] {
  const use = uses.find(({ id }) => id === "control-plane");
  const record = use && records.get(use);
  const made = record && serverOfEnterpriseChart(record.chartVersion);
  if (!version || !made || compareMinor(version, made) >= 0) return [];
  if (valueAt(record.values, ["apiserver", "image", "tag"]) !== undefined) return [];
  return [
    `the ClearML server says it is ${version}, and chart ${record.chartVersion} brings ${made} at least: its pods may be those of before the last upgrade`,
  ];
}
