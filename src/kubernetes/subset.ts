import type { KubernetesObject } from "./objects.ts";

/**
 * Whether a stored object is what was sent: everything sent is in it. The server adds defaults, status and its own
 * metadata, and turns `stringData` into `data`.
 */
export function holds(stored: KubernetesObject, sent: KubernetesObject): boolean {
  const { metadata, stringData, status, ...content } = sent;
  const { labels = {}, annotations = {} } = metadata;
  const data = { ...(content.data as object | undefined), ...encoded(stringData) };
  return (
    contains(stored, { ...content, ...(Object.keys(data).length > 0 ? { data } : {}) }) &&
    contains(stored.metadata.labels ?? {}, labels) &&
    contains(stored.metadata.annotations ?? {}, annotations)
  );
}

function encoded(stringData: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((stringData ?? {}) as Record<string, string>).map(([key, text]) => [
      key,
      Buffer.from(text).toString("base64"),
    ]),
  );
}

function contains(stored: unknown, sent: unknown): boolean {
  if (Array.isArray(sent)) {
    return (
      Array.isArray(stored) &&
      stored.length === sent.length &&
      sent.every((each, index) => contains(stored[index], each))
    );
  }
  if (typeof sent === "object" && sent !== null) {
    const found = (stored ?? {}) as Record<string, unknown>;
    return Object.entries(sent).every(([key, value]) => contains(found[key], value));
  }
  // An empty text is left out by many types of the API.
  return stored === sent || (stored === undefined && (sent === "" || sent === null));
}
