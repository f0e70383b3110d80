import pLimit from "p-limit";
import { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import { isManaged, readNamespace } from "../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { type Finding, type Found, NOTHING, type Scan, type Unread } from "../model.ts";
import { readEverywhere, unreadOf } from "../reading.ts";
import { unreadFor } from "../unread.ts";
import { type ExpectedPolicies, expectedPolicies, type PolicyRecord, placeOf } from "./expected.ts";
import { changedPolicy, goneNamespace, missingPolicy } from "./findings.ts";

const KIND = ["networking.k8s.io/v1", "NetworkPolicy"] as const;
const AT_ONCE = 8;

/**
 * The network policies that deployments write without Helm: those that the releases and the user's own files ask for,
 * against those in the cluster. One list when all is well.
 */
export async function scanPolicies(
  scan: Scan,
  records: ReadonlyMap<ComponentUse, PolicyRecord>,
): Promise<Found> {
  const uses = scan.uses.filter(({ id }) => id === "network-isolation");
  if (uses.length === 0) return NOTHING;
  const { places, unread } = expectedPlaces(scan, uses, records);
  const namespaces = closedNamespaces(scan, places);
  const { answers, failures } = await readEverywhere(namespaces, (namespace) =>
    scan.kubernetes.list(resourcePath(...KIND, namespace)),
  );
  const live = new Map(
    answers.flatMap(({ value }) => value).map((policy) => [placeOf(policy), policy] as const),
  );
  const failed = new Set(failures.map(({ namespace }) => namespace));
  // A failure without a namespace is one of the only list there was.
  const isRead = (namespace: string | undefined) => !failed.has(undefined) && !failed.has(namespace);
  const slot = pLimit(AT_ONCE);
  const findings = await Promise.all(
    places.map((place) => slot(() => placeFindings(scan, place, live, isRead))),
  );
  return {
    findings: findings.flatMap((each) => each.findings),
    unread: [...unread, ...unreadOf("network policies", failures)],
    notes: [...findings.flatMap((each) => each.notes), ...leftOverNotes(namespaces, places, live, unread)],
  };
}

/** What is expected of every use, or why that cannot be told. */
function expectedPlaces(
  scan: Scan,
  uses: readonly ComponentUse[],
  records: ReadonlyMap<ComponentUse, PolicyRecord>,
): { places: ExpectedPolicies[]; unread: Unread[] } {
  const [places, unread]: [ExpectedPolicies[], Unread[]] = [[], []];
  for (const use of uses) {
    try {
      places.push(expectedPolicies(scan, use, records));
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      const of = use.tenant ? `tenant ${use.tenant}` : "the shared namespaces";
      unread.push(unreadFor(`network policies of ${of}`, thrown));
    }
  }
  return { places, unread };
}

/** Namespaces that deployments close, or have closed. */
function closedNamespaces({ uses, tenants }: Scan, places: readonly ExpectedPolicies[]): string[] {
  const ofPolicies = places.flatMap(({ policies }) => policies.map(({ metadata }) => metadata.namespace));
  const ofUses = uses.filter(({ definition }) => definition.kind === "chart").map((use) => use.namespace);
  const all = [...ofPolicies, ...ofUses, ...tenants.map(({ namespace }) => namespace)];
  return [...new Set(all.filter((namespace) => namespace !== undefined))];
}

/** Findings of one use; a namespace that is gone is one finding, or none where the tenant itself has it. */
async function placeFindings(
  scan: Scan,
  { use, policies, unsure }: ExpectedPolicies,
  live: ReadonlyMap<string, KubernetesObject>,
  isRead: (namespace: string | undefined) => boolean,
): Promise<Pick<Found, "findings" | "notes">> {
  const sure = policies.filter((each) => !unsure.has(placeOf(each)) && isRead(each.metadata.namespace));
  const missing = sure.filter((each) => !live.has(placeOf(each)));
  const gone = await goneNamespaces(
    scan,
    missing.flatMap(({ metadata }) => metadata.namespace ?? []),
  );
  const changed = await Promise.all(
    sure.map(async (wanted) => {
      const found = live.get(placeOf(wanted));
      return found ? changedPolicy(scan, use, wanted, found) : { findings: [], notes: [] };
    }),
  );
  const findings: Finding[] = [
    ...(use.tenant === undefined ? [...gone].map((namespace) => goneNamespace(use, namespace)) : []),
    ...missing
      .filter(({ metadata }) => !gone.has(metadata.namespace ?? ""))
      .map((each) => missingPolicy(use, each)),
    ...changed.flatMap((each) => each.findings),
  ];
  return { findings, notes: changed.flatMap((each) => each.notes) };
}

/** Those of the namespaces that are not there, or on their way out. What cannot be read is taken to be there. */
async function goneNamespaces({ kubernetes }: Scan, names: readonly string[]): Promise<Set<string>> {
  const looks = [...new Set(names)].map(async (name) => {
    const namespace = await readNamespace(kubernetes, name).catch((thrown: unknown) => {
      if (thrown instanceof UserError) return "unknown" as const;
      throw thrown;
    });
    const isThere = namespace === "unknown" || (namespace && !namespace.metadata.deletionTimestamp);
    return isThere ? [] : [name];
  });
  return new Set((await Promise.all(looks)).flat());
}

/** Policies that were made here and that nothing asks for any more; a deployment leaves them there. */
function leftOverNotes(
  namespaces: readonly string[],
  places: readonly ExpectedPolicies[],
  live: ReadonlyMap<string, KubernetesObject>,
  unread: readonly Unread[],
): string[] {
  // What is not known may well be asked for.
  if (unread.length > 0 || places.some(({ isPartial }) => isPartial)) return [];
  const asked = new Set(places.flatMap(({ policies }) => policies.map(placeOf)));
  const left = [...live.values()].filter(
    (policy) =>
      isManaged(policy) &&
      namespaces.includes(policy.metadata.namespace ?? "") &&
      !asked.has(placeOf(policy)),
  );
  const byNamespace = Map.groupBy(left, ({ metadata }) => metadata.namespace ?? "");
  return [...byNamespace].map(([namespace, policies]) => {
    const names = policies.map(({ metadata }) => metadata.name).join(" ");
    return `nothing asks any more for network policies of namespace ${namespace} that a deployment has written: kubectl -n ${namespace} delete networkpolicy ${names}`;
  });
}
