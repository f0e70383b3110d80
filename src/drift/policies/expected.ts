import { isDeepStrictEqual } from "node:util";
import { policiesAround } from "../../deploy/cluster-policies.ts";
import { placeholdersFor } from "../../deploy/placeholders.ts";
import type { ComponentUse, Tenant } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { NeighbourRelease } from "../../network-isolation/environment.ts";
import type { Placeholders } from "../../overrides/placeholders.ts";
import { manifestItems } from "../documents.ts";
import type { Scan } from "../model.ts";

/** The policies that one use of network isolation is to have in the cluster. */
export interface ExpectedPolicies {
  use: ComponentUse;
  policies: readonly KubernetesObject[];
  /** Namespace and name of policies that hang on something that is not known: nothing is said about them. */
  unsure: ReadonlySet<string>;
  /** Whether more policies may be expected than are known here. */
  isPartial: boolean;
}

/** Of a record, what policies are made of. */
export type PolicyRecord = Pick<ReleaseRecord, "chart" | "values" | "manifest" | "status">;

/** In the place of a secret that the step was not given; it cannot stand in a file. */
const NOT_GIVEN = "\u0000not given\u0000";

/**
 * The policies that a deployment would write for the releases as they are recorded. What hangs on a release without a
 * sound record, or on a secret that the step was not given, is left open.
 * @throws UserError when the user's own policies cannot be read
 */
export function expectedPolicies(
  scan: Pick<Scan, "environment" | "tenants" | "secrets">,
  use: ComponentUse,
  records: ReadonlyMap<ComponentUse, PolicyRecord>,
): ExpectedPolicies {
  const { environment } = scan;
  const tenant = scan.tenants.find(({ name }) => name === use.tenant);
  const charts = (tenant ?? environment).components.filter(
    ({ enabled, definition }) => enabled && definition.kind === "chart",
  );
  const known = charts.flatMap((each) => knownRelease(each, records.get(each)) ?? []);
  const lacking = charts.filter((each) => !known.some((release) => release.use === each));
  const names = namesFor(scan, use, tenant);
  const around = (releases: readonly NeighbourRelease[]) =>
    policiesAround(environment, use, releases, names, tenant);
  const policies = around(known);
  const withAll = lacking.length === 0 ? policies : around([...known, ...lacking.map(unknownRelease)]);
  return {
    use,
    policies,
    unsure: new Set([
      ...unlike(policies, withAll),
      ...policies.filter((each) => JSON.stringify(each).includes("\\u0000")).map(placeOf),
    ]),
    isPartial: lacking.length > 0,
  };
}

/** Namespace and name. */
export function placeOf({ metadata }: Pick<KubernetesObject, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function knownRelease(use: ComponentUse, record: PolicyRecord | undefined): NeighbourRelease | undefined {
  // The policies of an operation that has not ended, or has failed, may be those of before or after.
  if (record?.status !== "deployed") return undefined;
  const { chart, values } = record;
  return { use, chart, values, objects: manifestItems(record).map((each) => each as KubernetesObject) };
}

/** A release of which nothing is known but that it belongs there. */
function unknownRelease(use: ComponentUse): NeighbourRelease {
  return { use, chart: use.definition.charts[0]?.name ?? "", values: {}, objects: [] };
}

function namesFor(
  { environment, secrets }: Pick<Scan, "environment" | "secrets">,
  use: ComponentUse,
  tenant?: Tenant,
): Placeholders {
  const { lookup, known } = placeholdersFor(use, environment, secrets, tenant);
  return {
    known,
    lookup: (name) => lookup(name) ?? (environment.secrets.includes(name) ? NOT_GIVEN : undefined),
  };
}

/** The places whose policy is not the same in both. */
function unlike(some: readonly KubernetesObject[], all: readonly KubernetesObject[]): string[] {
  const [one, other] = [some, all].map((each) => new Map(each.map((policy) => [placeOf(policy), policy])));
  const places = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])]);
  return [...places].filter((place) => !isDeepStrictEqual(one?.get(place), other?.get(place)));
}
