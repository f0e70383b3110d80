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
const CURRENT = "owner=helm,status!=superseded";

/** A selector stands in the address of a request, and that has its limits. */
const LONGEST_NAMES = 2_000;

/** Which releases are read, and how many of them in one answer. */
export interface RecordRange {
  /** Undefined for the whole cluster. */
  namespace?: string;
  /** Releases as `namespace/release` (`releaseKey`); without it all. */
  wanted?: ReadonlySet<string>;
  limit?: number;
}

/** What tells a release from others of its cluster. */
export function releaseKey({ namespace, release }: { namespace: string; release: string }): string {
  return `${namespace}/${release}`;
}

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
  const keys = wanted && new Set([...wanted].map((release) => releaseKey({ namespace, release })));
  const newest = await newestRecords(kubernetes, { namespace, ...(keys ? { wanted: keys } : {}) });
  return new Map(
    [...newest].map(([key, record]) => [key.slice(namespace.length + 1), readable(record)] as const),
  );
}

/** The newest revision of each release by `releaseKey`, or why it cannot be read. */
export async function newestRecords(
  kubernetes: Kubernetes,
  range: RecordRange,
): Promise<Map<string, ReleaseRecord | UserError>> {
  const { namespace, wanted, limit = PAGE } = range;
  const path = resourcePath("v1", "Secret", namespace);
  const newest = new Map<string, { revision: number; record: ReleaseRecord | UserError }>();
  const add = (secret: KubernetesObject) => {
    const labels = revisionLabels(secret);
    const key = releaseKey(labels);
    if (wanted && !wanted.has(key)) return;
    if (labels.revision <= (newest.get(key)?.revision ?? 0)) return;
    // Decoded at once, it takes less room than packed with the chart in it.
    newest.set(key, { revision: labels.revision, record: readableOrNot(secret) });
  };
  for await (const page of kubernetes.pages(path, currentSelector(range), { limit })) page.forEach(add);
  const missing = new Set([...(wanted ?? [])].filter((key) => !newest.has(key)));
  for (const secret of await onlySuperseded(kubernetes, path, missing)) add(secret);
  return new Map([...newest].map(([key, { record }]) => [key, record]));
}

/** Where the newest revision of a release is stored, and which state of it. */
export interface NewestRevision {
  revision: number;
  /** Name of its Secret. */
  secret: string;
  resourceVersion: string;
}

/** The newest revisions by `releaseKey`, superseded ones left out, without reading any: one list of metadata. */
export async function currentRevisions(
  kubernetes: Pick<Kubernetes, "listMetadata">,
  range: RecordRange,
): Promise<Map<string, NewestRevision>> {
  const path = resourcePath("v1", "Secret", range.namespace);
  return newestRevisions(await kubernetes.listMetadata(path, currentSelector(range)));
}

function currentSelector({ namespace, wanted }: RecordRange): string {
  if (namespace !== undefined || !wanted) return selector(CURRENT);
  const names = namesOf(wanted);
  return selector(names.length > LONGEST_NAMES ? CURRENT : `${CURRENT},name in (${names})`);
}

/** Tenants have releases of the same names: there are few, however many tenants. */
function namesOf(keys: ReadonlySet<string>): string {
  return [...new Set([...keys].map((key) => key.slice(key.indexOf("/") + 1)))].join(",");
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
  releases: ReadonlySet<string>,
): Promise<KubernetesObject[]> {
  if (releases.size === 0) return [];
  const query = selector(`owner=helm,name in (${namesOf(releases)})`);
  const found = newestRevisions(await kubernetes.listMetadata(path, query));
  const secrets = [...found].flatMap(([key, { secret }]) =>
    releases.has(key) ? [resourcePath("v1", "Secret", key.slice(0, key.indexOf("/")), secret)] : [],
  );
  const read = await Promise.all(secrets.map((secret) => kubernetes.get(secret)));
  return read.filter((secret) => secret !== undefined);
}

/**
 * The newest revision of every release of the cluster, or why it cannot be read. Memory holds one page, however large
 * the cluster is. A release that is upgraded meanwhile may come twice, the newer revision last.
 */
export async function* readAllReleases(kubernetes: Kubernetes): AsyncGenerator<ReleaseRecord | UserError> {
  const path = resourcePath("v1", "Secret");
  // Revisions of one release may lie on different pages: which is the newest must be known beforehand.
  const newest = await currentRevisions(kubernetes, {});
  for await (const page of kubernetes.pages(path, selector(CURRENT), { limit: PAGE })) {
    for (const secret of page) {
      const labels = revisionLabels(secret);
      if (labels.revision < (newest.get(releaseKey(labels))?.revision ?? 0)) continue;
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

/** The Secret of the newest revision of each release. */
function newestRevisions(
  secrets: readonly Pick<KubernetesObject, "metadata">[],
): Map<string, NewestRevision> {
  const newest = new Map<string, NewestRevision>();
  for (const { metadata } of secrets) {
    const labels = revisionLabels({ metadata });
    const key = releaseKey(labels);
    if (labels.revision <= (newest.get(key)?.revision ?? 0)) continue;
    const { name: secret, resourceVersion = "" } = metadata;
    newest.set(key, { revision: labels.revision, secret, resourceVersion });
  }
  return newest;
}

function selector(labels: string): string {
  return `labelSelector=${encodeURIComponent(labels)}`;
}
