import { gunzipSync } from "node:zlib";
import { UserError } from "../core/errors.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { recordedDigest } from "./description.ts";
import type { ReleaseRecord } from "./record.ts";

/** Helm's own form of a release, as far as it matters here. */
interface StoredRelease {
  name: string;
  namespace: string;
  version: number;
  info: { status: string; last_deployed?: string; description?: string };
  chart: { metadata: { name: string; version: string } };
  config?: Record<string, unknown> | null;
  apply_method?: string;
  /** Helm leaves out what is empty. */
  manifest?: string;
  hooks?: { path: string; manifest: string }[] | null;
}

/** What the labels of a Secret tell of the revision in it. */
export interface RevisionLabels {
  release: string;
  namespace: string;
  revision: number;
}

/** The release and revision a Secret of Helm's is for. */
export function revisionLabels({ metadata }: Pick<KubernetesObject, "metadata">): RevisionLabels {
  const { labels, namespace = "" } = metadata;
  return { release: labels?.name ?? "", namespace, revision: Number(labels?.version ?? 0) };
}

/**
 * The record in a Secret of Helm's (type `helm.sh/release.v1`).
 * @throws UserError (kind cluster) that names the Secret and the repair when it is damaged
 */
export function recordOf(secret: KubernetesObject): ReleaseRecord {
  const { name, resourceVersion = "" } = secret.metadata;
  try {
    const { release } = secret.data as { release: string };
    const storedBytes = Buffer.byteLength(release, "base64");
    return { ...decodeRecord(release), secret: name, resourceVersion, storedBytes };
  } catch (thrown) {
    throw unreadable(secret, thrown);
  }
}

/** Decodes `data.release` of a release Secret: base64 by Kubernetes, base64 by Helm, gzip, JSON. */
export function decodeRecord(data: string): ReleaseRecord {
  const packed = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
  // Helm leaves very old records unpacked; gzip starts with 1f 8b.
  const json = packed[0] === 0x1f && packed[1] === 0x8b ? gunzip(packed) : packed;
  return toRecord(JSON.parse(json.toString()) as StoredRelease);
}

const MIN_CHUNK = 64;
const MAX_CHUNK = 16 * 1024 * 1024;

/** Gzip's last bytes say how long the text is: taken at once, it is not put together from pieces. */
function gunzip(packed: Buffer): Buffer {
  const length = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4);
  return gunzipSync(packed, { chunkSize: Math.min(Math.max(length + 1, MIN_CHUNK), MAX_CHUNK) });
}

/**
 * A release as Helm prints it with `--output json`. Helm 4.2 writes what it pulled from a registry before it, on the
 * same stream.
 */
export function parseRelease(stdout: string): ReleaseRecord {
  return toRecord(JSON.parse(stdout.slice(stdout.search(/^\{/m))) as StoredRelease);
}

function toRecord(stored: StoredRelease): ReleaseRecord {
  const { status, last_deployed: updated = "", description = "" } = stored.info;
  const chartDigest = recordedDigest(description);
  return {
    release: stored.name,
    namespace: stored.namespace,
    revision: stored.version,
    status,
    chart: stored.chart.metadata.name,
    chartVersion: stored.chart.metadata.version,
    ...(chartDigest ? { chartDigest } : {}),
    values: stored.config ?? {},
    applyMethod: stored.apply_method === "ssa" ? "server" : "client",
    manifest: stored.manifest ?? "",
    hooks: hooksText(stored.hooks ?? []),
    description,
    updated: new Date(updated || 0),
    secret: `sh.helm.release.v1.${stored.name}.v${stored.version}`,
    resourceVersion: "",
  };
}

function hooksText(hooks: readonly { path: string; manifest: string }[]): string {
  return hooks.map(({ path, manifest }) => `---\n# Source: ${path}\n${manifest}\n`).join("");
}

/** What is wrong is said without the parser's words: they may quote the record, and that holds secrets. */
function unreadable(secret: KubernetesObject, cause: unknown): UserError {
  const { release, namespace, revision } = revisionLabels(secret);
  const { name } = secret.metadata;
  return new UserError(
    {
      message: `revision ${revision} of release ${namespace}/${release} cannot be read: Secret ${namespace}/${name} holds no record of Helm's`,
      hint: `restore that Secret from a backup; without one, save a copy and remove it (\`kubectl -n ${namespace} delete secret ${name}\`): Helm then goes on from the revision before it`,
    },
    { kind: "cluster", cause },
  );
}
