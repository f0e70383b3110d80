import { gunzipSync } from "node:zlib";
import type { Kubernetes } from "../kubernetes/api.ts";
import { resourcePath } from "../kubernetes/objects.ts";

/** A revision of a release as Helm stored it in its Secret. */
export interface ReleaseRecord {
  release: string;
  namespace: string;
  revision: number;
  /** Helm's word: deployed, failed, pending-upgrade, superseded, uninstalled, … */
  status: string;
  chart: string;
  chartVersion: string;
  /** The user's values (`helm get values`). They hold secrets in clear: never log or store them. */
  values: Readonly<Record<string, unknown>>;
  /** How the objects were written; Helm 3 records nothing and applied on the client. */
  applyMethod: "client" | "server";
  manifest: string;
}

interface StoredRelease {
  name: string;
  namespace: string;
  version: number;
  info: { status: string };
  chart: { metadata: { name: string; version: string } };
  config?: Record<string, unknown> | null;
  apply_method?: string;
  manifest: string;
}

/**
 * The newest revision of every release of a namespace, by name. Reads Helm's Secrets (type `helm.sh/release.v1`) in
 * one list, instead of one helm process per release.
 */
export async function readReleases(
  kubernetes: Kubernetes,
  namespace: string,
): Promise<Map<string, ReleaseRecord>> {
  const secrets = await kubernetes.list(
    resourcePath("v1", "Secret", namespace),
    `labelSelector=${encodeURIComponent("owner=helm")}`,
  );
  const newest = new Map<string, { revision: number; data: string }>();
  for (const secret of secrets) {
    const name = secret.metadata.labels?.name ?? "";
    const revision = Number(secret.metadata.labels?.version ?? 0);
    const data = (secret.data as { release?: string } | undefined)?.release ?? "";
    if (revision > (newest.get(name)?.revision ?? 0)) newest.set(name, { revision, data });
  }
  return new Map([...newest].map(([name, { data }]) => [name, decodeRecord(data)]));
}

/** Decodes `data.release` of a release Secret: base64 by Kubernetes, base64 by Helm, gzip, JSON. */
export function decodeRecord(data: string): ReleaseRecord {
  const packed = Buffer.from(Buffer.from(data, "base64").toString(), "base64");
  // Helm leaves very old records unpacked; gzip starts with 1f 8b.
  const json = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  return toRecord(JSON.parse(json.toString()) as StoredRelease);
}

/**
 * A release as Helm prints it with `--output json`. Helm 4.2 writes what it pulled from a registry before it, on the
 * same stream.
 */
export function parseRelease(stdout: string): ReleaseRecord {
  return toRecord(JSON.parse(stdout.slice(stdout.search(/^\{/m))) as StoredRelease);
}

function toRecord(stored: StoredRelease): ReleaseRecord {
  return {
    release: stored.name,
    namespace: stored.namespace,
    revision: stored.version,
    status: stored.info.status,
    chart: stored.chart.metadata.name,
    chartVersion: stored.chart.metadata.version,
    values: stored.config ?? {},
    applyMethod: stored.apply_method === "ssa" ? "server" : "client",
    manifest: stored.manifest,
  };
}
