import { gunzipSync, gzipSync } from "node:zlib";
import type { KubernetesObject } from "../kubernetes/objects.ts";

/** Helm lists the description of a revision; a long one makes the list unreadable. */
const LONGEST_DESCRIPTION = 400;

/** The Secret of a revision with that marked failed, as Helm itself would write it. */
export function failedSecret(secret: KubernetesObject, reason: string, now: Date): KubernetesObject {
  const stored = unpack((secret.data as { release: string }).release);
  const info = { ...stored.info, status: "failed", description: reason.slice(0, LONGEST_DESCRIPTION) };
  const { metadata } = secret;
  const modifiedAt = String(Math.floor(now.getTime() / 1000));
  return {
    ...secret,
    metadata: { ...metadata, labels: { ...metadata.labels, status: "failed", modifiedAt } },
    data: { ...(secret.data as object), release: pack({ ...stored, info }) },
  };
}

/** Numbers are doubles to Helm as well, so nothing is lost on the way. */
function unpack(data: string): { info: Record<string, unknown> } {
  const packed = Buffer.from(Buffer.from(data, "base64").toString("latin1"), "base64");
  const json = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  return JSON.parse(json.toString()) as { info: Record<string, unknown> };
}

function pack(stored: object): string {
  const packed = gzipSync(JSON.stringify(stored), { level: 9 });
  return Buffer.from(packed.toString("base64")).toString("base64");
}
