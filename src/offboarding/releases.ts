import { CATALOGUE, componentOrder } from "../catalogue/index.ts";
import type { ComponentDefinition } from "../catalogue/model.ts";
import { UserError } from "../core/errors.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import { isPending } from "../helm/pending.ts";
import { type ReleaseRecord, readReleases } from "../helm/record.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { othersIn, type TenantPlace } from "./place.ts";

/** A release of the tenant, and the component it is. */
export interface TenantRelease {
  use: ComponentUse;
  record: ReleaseRecord;
}

/**
 * The tenant's releases in the order in which they go: what others need goes last. Reads only.
 * @throws UserError naming every release of somebody else in a namespace that is to be deleted
 */
export async function readTenantReleases(
  kubernetes: Kubernetes,
  environment: Environment,
  place: TenantPlace,
): Promise<TenantRelease[]> {
  const lists = await Promise.all(
    place.namespaces.map(async (namespace) => {
      // Of a namespace that is not the tenant's, other people's releases are none of our business.
      const wanted = namespace.labelled ? undefined : namedIn(place, namespace.name);
      const records = [...(await readReleases(kubernetes, namespace.name, wanted)).values()];
      return records.map((record) => ({
        namespace,
        record,
        use: useOf(record, environment, place),
      }));
    }),
  );
  const found = lists.flat();
  const foreign = found.filter(({ use, namespace }) => !use && !namespace.stays);
  if (foreign.length > 0) throw new UserError(foreign.map(({ record }) => foreignRelease(record, place)));
  const own = found.flatMap(({ use, record }) => (use ? [{ use, record }] : []));
  const order = componentOrder(own.map(({ use }) => use)).reverse();
  return own.toSorted((a, b) => order.indexOf(a.use) - order.indexOf(b.use));
}

function namedIn({ file }: TenantPlace, namespace: string): Set<string> {
  const uses = file?.components.filter((use) => use.namespace === namespace) ?? [];
  return new Set(uses.map(({ release }) => release));
}

function foreignRelease({ namespace, release, chart, chartVersion }: ReleaseRecord, place: TenantPlace) {
  return {
    message: `tenant \`${place.name}\`: release ${namespace}/${release} (${chart} ${chartVersion}) is in its namespace and not of it; nothing was changed`,
    hint: `move it, or remove it with \`helm -n ${namespace} uninstall ${release}\`; if it is the tenant's, name it in the tenant's file (\`release: ${release}\`)`,
  };
}

/** The component that a release is; undefined for a release that is not the tenant's. */
function useOf(
  record: ReleaseRecord,
  environment: Environment,
  place: TenantPlace,
): ComponentUse | undefined {
  const isThis = (use: ComponentUse) =>
    use.definition.kind === "chart" && use.namespace === record.namespace && use.release === record.release;
  const named = place.file?.components.find(isThis);
  if (named) return named;
  if (othersIn(environment, place.name).some(isThis)) return undefined;
  const definition = definitionOf(record);
  if (!definition || !isMadeHere(record, definition)) return undefined;
  return {
    ...{ id: definition.id, definition, tenant: place.name, enabled: true },
    ...{ namespace: record.namespace, release: record.release },
    ...{ overrides: [], needs: [], path: [], source: environment.source },
    at: { file: environment.file, line: 1, column: 1 },
  };
}

/** The component by its chart; one with a chart of the user's own by the usual name of its release. */
function definitionOf({ chart, release }: ReleaseRecord): ComponentDefinition | undefined {
  const candidates = Object.values(CATALOGUE).filter(
    ({ kind, scope }) => kind === "chart" && scope !== "cluster",
  );
  return (
    candidates.find(({ charts }) => charts.some(({ name }) => name === chart)) ??
    candidates.find((each) => each.release === release)
  );
}

/** Whether a deployment has made the release; where Helm's own words stand in place of ours, by its usual name. */
function isMadeHere(record: ReleaseRecord, definition: ComponentDefinition): boolean {
  if (record.chartDigest) return true;
  const overwritten = isPending(record) || record.status === "failed" || record.status === "uninstalled";
  return overwritten && record.release === definition.release;
}
