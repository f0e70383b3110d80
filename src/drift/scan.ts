import type { ComponentUse } from "../environment/model.ts";
import { scanCertificates } from "./certificates/scan.ts";
import { readFacts } from "./facts.ts";
import { oncePerNamespace } from "./lost-namespaces.ts";
import { scanMig } from "./mig/scan.ts";
import { type Finding, type Found, type Scan, together, type Unread } from "./model.ts";
import type { WantedObject } from "./objects/model.ts";
import { scanObjects } from "./objects/scan.ts";
import { scanPolicies } from "./policies/scan.ts";
import { readRecords } from "./records/read.ts";
import { refusedTogether } from "./refused.ts";
import { scanTenants } from "./tenants/scan.ts";
import { refusedUpgrades } from "./trial.ts";
import { unreadFor } from "./unread.ts";
import { releaseFindings } from "./values/findings.ts";

/** What a scan has found, and how much it has looked at. */
export interface Scanned extends Found {
  releases: number;
  objects: number;
}

/**
 * Looks at everything in scope once. Where a release was upgraded meanwhile, its tenant, or the cluster's own
 * components, are looked at a second time; what then has moved again cannot be told.
 */
export async function scanOnce(scan: Scan): Promise<Scanned> {
  const { wanted, ...found } = await scanUntilSettled(scan);
  const findings = oncePerNamespace(found.findings, scan.uses);
  const refused = await refusedUpgrades(scan.kubernetes, findings, wanted);
  return { ...found, findings: refusedTogether(findings, refused) };
}

async function scanUntilSettled(scan: Scan): Promise<Scanned & { wanted: readonly WantedObject[] }> {
  const first = await scanAll(scan);
  const { moved, unread } = await movedOf(first);
  if (moved.size === 0) return { ...first, unread: [...first.unread, ...unread] };
  scan.context.log.info(`upgraded meanwhile, looked at once more: ${[...moved].map(nameOf).join(", ")}`);
  // Policies and keys follow releases: what was seen of them may be of before.
  const places = new Set([...moved].map(({ tenant }) => tenant));
  const isThere = ({ tenant }: Pick<Finding, "tenant">) => places.has(tenant);
  const again = await scanAll({
    ...scan,
    uses: scan.uses.filter(isThere),
    tenants: scan.tenants.filter(({ name }) => places.has(name)),
  });
  const { moved: restless, unread: unsettled } = await movedOf(again);
  return {
    findings: [
      ...first.findings.filter((finding) => !isThere(finding)),
      ...again.findings.filter((finding) => isThere(finding) && !isOfAny(finding, restless)),
    ],
    unread: distinct([
      ...first.unread,
      ...again.unread,
      ...unsettled,
      ...[...restless].map((use) => ({
        scope: `release ${nameOf(use)}`,
        reason: "it is being upgraded again and again while it is looked at",
      })),
    ]),
    notes: [...new Set([...first.notes, ...again.notes])],
    releases: first.releases,
    objects: first.objects,
    wanted: [...first.wanted.filter(({ use }) => !isThere(use)), ...again.wanted],
  };
}

function distinct(unread: readonly Unread[]): Unread[] {
  return [...new Map(unread.map((each) => [`${each.scope}: ${each.reason}`, each])).values()];
}

type Moving = Scanned & {
  wanted: readonly WantedObject[];
  moved(): Promise<ReadonlySet<ComponentUse>>;
};

/** What was upgraded meanwhile, as far as that can be told. */
async function movedOf(
  scanned: Moving,
): Promise<{ moved: ReadonlySet<ComponentUse>; unread: readonly Unread[] }> {
  try {
    return { moved: await scanned.moved(), unread: [] };
  } catch (thrown) {
    return { moved: new Set(), unread: [unreadFor("Helm's records, a second time", thrown)] };
  }
}

/** Releases and what lies beside them, side by side. */
async function scanAll(scan: Scan): Promise<Moving> {
  const [records, facts] = await Promise.all([readRecords(scan), readFacts(scan)]);
  const [objects, ...others] = await Promise.all([
    scanObjects(scan, records.records),
    releaseFindings(scan, records, facts),
    scanPolicies(scan, records.records),
    scanTenants(scan, facts, records.records),
    scanCertificates(scan, records.records),
    scanMig(scan),
  ]);
  const unread = { findings: [], unread: [...records.unread, ...facts.unread], notes: [] };
  return {
    ...together([unread, objects, ...others]),
    releases: records.records.size,
    objects: objects.wanted.length,
    wanted: objects.wanted,
    moved: records.moved,
  };
}

function isOfAny({ component, tenant }: Finding, uses: ReadonlySet<ComponentUse>): boolean {
  return [...uses].some((use) => use.id === component && use.tenant === tenant);
}

function nameOf({ namespace, release }: ComponentUse): string {
  return `${namespace}/${release}`;
}
