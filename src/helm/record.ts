import { UserError } from "../core/errors.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import { type KubernetesObject, resourcePath } from "../kubernetes/objects.ts";
import { recordOf, revisionLabels } from "./stored-release.ts";

/** A revision of a release as Helm stored it in its Secret. */
export interface ReleaseRecord {
  release: string;
  namespace: string;
  revision: number;
  /** Helm's word: deployed, failed, pending-upgrade, superseded, uninstalled, … */
  status: string;
  chart: string;
  chartVersion: string;
  /** `sha256:…` of the chart it was made from, when it was made here and not by hand. */
  chartDigest?: string;
  /** The user's values (`helm get values`). They hold secrets in clear: never log or store them. */
  values: Readonly<Record<string, unknown>>;
  /** How the objects were written; Helm 3 records nothing and applied on the client. */
  applyMethod: "client" | "server";
  manifest: string;
  /** The manifests of its hooks as one text, as `helm get hooks` prints them. */
  hooks: string;
  /** What Helm or the deployment says about this revision. */
  description: string;
  /** When it was written (`last_deployed`). */
  updated: Date;
  /** Name of its Secret. */
  secret: string;
  /** Of its Secret, for a precondition; empty when Helm printed the record. */
  resourceVersion: string;
  /** How much of its Secret it takes; undefined when Helm printed the record. */
  storedBytes?: number;
}

/** Records are large, and a page of them is held in memory as a whole: small pages cost a fifth less of it. */
const PAGE = 8;

/** Helm marks a revision as superseded only once there is a newer one; a history of ten is not transferred. */
const CURRENT = selector("owner=helm,status!=superseded");

/**
 * The newest revision of every release of a namespace, by name. Reads Helm's Secrets in pages, instead of one helm
 * process per release.
 * @param wanted names of the releases to read; without it all
 * @throws UserError (kind cluster) when the newest revision of a wanted release is damaged
 */
export async function readReleases(
  kubernetes: Kubernetes,
  namespace: string,
  wanted?: ReadonlySet<string>,
): Promise<Map<string, ReleaseRecord>> {
  const path = resourcePath("v1", "Secret", namespace);
  const newest = new Map<string, { revision: number; record: ReleaseRecord | UserError }>();
  for await (const page of kubernetes.pages(path, CURRENT, { limit: PAGE })) {
    for (const secret of page) {
      const { release, revision } = revisionLabels(secret);
      if (wanted && !wanted.has(release)) continue;
      if (revision <= (newest.get(release)?.revision ?? 0)) continue;
      // Decoded at once, it takes less room than packed with the chart in it.
      newest.set(release, { revision, record: readableOrNot(secret) });
    }
  }
  const missing = [...(wanted ?? [])].filter((release) => !newest.has(release));
  for (const secret of await onlySuperseded(kubernetes, path, missing)) {
    const { release, revision } = revisionLabels(secret);
    newest.set(release, { revision, record: readableOrNot(secret) });
  }
  return new Map([...newest].map(([release, { record }]) => [release, readable(record)]));
}

function readable(record: ReleaseRecord | UserError): ReleaseRecord {
  if (record instanceof UserError) throw record;
  return record;
}

/**
 * The newest revisions of releases that have superseded ones alone: somebody has deleted the last by hand. To Helm
 * they are there.
 */
async function onlySuperseded(
  kubernetes: Kubernetes,
  path: string,
  releases: readonly string[],
): Promise<KubernetesObject[]> {
  if (releases.length === 0) return [];
  const query = selector(`owner=helm,name in (${releases.join(",")})`);
  const names = [...newestRevisions(await kubernetes.listMetadata(path, query)).values()];
  const secrets = await Promise.all(names.map(({ name }) => kubernetes.get(`${path}/${name}`)));
  return secrets.filter((secret) => secret !== undefined);
}

/**
 * The newest revision of every release of the cluster, or why it cannot be read. Memory holds one page, however large
 * the cluster is. A release that is upgraded meanwhile may come twice, the newer revision last.
 */
export async function* readAllReleases(kubernetes: Kubernetes): AsyncGenerator<ReleaseRecord | UserError> {
  const path = resourcePath("v1", "Secret");
  // Revisions of one release may lie on different pages: which is the newest must be known beforehand.
  const newest = newestRevisions(await kubernetes.listMetadata(path, CURRENT));
  for await (const page of kubernetes.pages(path, CURRENT, { limit: PAGE })) {
    for (const secret of page) {
      const { namespace, release, revision } = revisionLabels(secret);
      if (revision < (newest.get(`${namespace}/${release}`)?.revision ?? 0)) continue;
      yield readableOrNot(secret);
    }
  }
}

function readableOrNot(secret: KubernetesObject): ReleaseRecord | UserError {
  try {
    return recordOf(secret);
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown;
    throw thrown;
  }
}

/** The Secret of the newest revision of each release, by namespace and name. */
function newestRevisions(
  secrets: readonly Pick<KubernetesObject, "metadata">[],
): Map<string, { name: string; revision: number }> {
  const newest = new Map<string, { name: string; revision: number }>();
  for (const secret of secrets) {
    const { namespace, release, revision } = revisionLabels(secret);
    const key = `${namespace}/${release}`;
    if (revision > (newest.get(key)?.revision ?? 0))
      newest.set(key, { name: secret.metadata.name, revision });
  }
  return newest;
}

function selector(labels: string): string {
  return `labelSelector=${encodeURIComponent(labels)}`;
}
