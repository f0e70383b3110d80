import { UserError } from "../core/errors.ts";
import { isMap } from "../overrides/merge.ts";
import { type Values, valueAt } from "../overrides/values.ts";
import { type Path, parseDocuments } from "../yaml/source.ts";

/** An object of a manifest as data, without what Kubernetes does not tell apart. */
export interface ManifestObject {
  apiVersion: string;
  kind: string;
  /** Undefined for cluster-wide objects. */
  namespace?: string;
  name: string;
  /** Group, kind, namespace and name: another version of the API is still the same object. */
  identity: string;
  object: Values;
}

/** Whether objects of a kind stand in no namespace. */
export type IsClusterWide = (apiVersion: string, kind: string) => boolean;

const DOCUMENT_START = /^---(?:[ \t].*)?$/m;
const LEADING_COMMENTS = /^(?:[ \t]*(?:#.*)?\r?\n)+/;

/** The documents of a manifest, without empty ones and without the comments before them. */
export function documentsIn(text: string): string[] {
  return text
    .split(DOCUMENT_START)
    .map((document) => document.replace(LEADING_COMMENTS, ""))
    .filter((document) => document.trim() !== "");
}

/**
 * The objects of a document of a manifest, the items of a List each on their own.
 * @param namespace of the release, for objects that name none
 */
export function objectsIn(
  document: string,
  namespace: string,
  isClusterWide: IsClusterWide,
): ManifestObject[] {
  return itemsIn(document).map((object) => manifestObject(object, namespace, isClusterWide));
}

/**
 * The objects of a document of a manifest as they stand in it, the items of a List each on their own.
 * @throws UserError when it is no valid YAML
 */
export function itemsIn(document: string): Values[] {
  return parseDocuments(document).flatMap((parsed) => {
    if (parsed.errors.length > 0) {
      throw new UserError({
        message: `a document of the manifest is no valid YAML (${parsed.errors[0]?.code})`,
        hint: "render the chart with `helm template` and look for what it prints",
      });
    }
    return itemsOf(parsed.toJS({ maxAliasCount: 1000 }));
  });
}

function itemsOf(value: unknown): Values[] {
  if (!isMap(value) || typeof value.kind !== "string") return [];
  if (value.kind.endsWith("List") && Array.isArray(value.items)) return value.items.flatMap(itemsOf);
  return [value];
}

/** An object with its identity. */
export function manifestObject(
  object: Values,
  namespace: string,
  isClusterWide: IsClusterWide = isKnownClusterWide,
): ManifestObject {
  const apiVersion = textOf(object.apiVersion);
  const kind = textOf(object.kind);
  const name = textOf(valueAt(object, ["metadata", "name"]));
  const own = textOf(valueAt(object, ["metadata", "namespace"])) || namespace;
  const place = isClusterWide(apiVersion, kind) ? undefined : own;
  return {
    apiVersion,
    kind,
    ...(place === undefined ? {} : { namespace: place }),
    name,
    identity: [groupOf(apiVersion), kind, place ?? "", name].join("/"),
    object: normalized(object),
  };
}

/** Group of an `apiVersion`; empty for the core. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}

const CLUSTER_WIDE = new Set([
  ...["Namespace", "Node", "PersistentVolume", "ComponentStatus"],
  ...["CustomResourceDefinition", "APIService", "CertificateSigningRequest"],
  ...["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "MutatingAdmissionPolicy"],
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding"],
  ...["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment", "VolumeAttributesClass"],
  ...["VolumeSnapshotClass", "VolumeSnapshotContent", "IngressClass", "GatewayClass", "RuntimeClass"],
  ...["PriorityClass", "FlowSchema", "PriorityLevelConfiguration", "PodSecurityPolicy"],
  ...["SecurityContextConstraints", "DeviceClass", "ResourceSlice", "NVIDIADriver", "ServiceCIDR"],
]);

/** Kinds known to stand in no namespace: Kubernetes' own, and by custom those whose name begins with `Cluster`. */
export function isKnownClusterWide(_apiVersion: string, kind: string): boolean {
  return CLUSTER_WIDE.has(kind) || /^Cluster[A-Z]/.test(kind);
}

/** The object without nulls, status and empty labels, its namespace taken out, texts of a Secret as its data. */
function normalized(object: Values): Values {
  const { status: _, ...rest } = withoutNulls(object) as Record<string, unknown>;
  const metadata = Object.fromEntries(
    Object.entries(mapAt(rest, ["metadata"])).filter(
      ([key, value]) => key !== "namespace" && !(isMap(value) && Object.keys(value).length === 0),
    ),
  );
  if (rest.kind !== "Secret") return { ...rest, metadata };
  const { data: __, stringData: ___, ...secret } = rest;
  const data = { ...encodedAgain(mapAt(rest, ["data"])), ...encoded(mapAt(rest, ["stringData"])) };
  return { ...secret, metadata, ...(Object.keys(data).length === 0 ? {} : { data }) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null && each !== undefined)
      .map(([key, each]) => [key, withoutNulls(each)]),
  );
}

/** Line breaks and padding of base64 mean nothing. */
function encodedAgain(data: Values): Values {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(String(text), "base64").toString("base64")]),
  );
}

function encoded(data: Values): Values {
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(String(text)).toString("base64")]),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The map at a path; empty where there is none. */
export function mapAt(value: unknown, path: Path): Values {
  const found = valueAt(value, path);
  return isMap(found) ? found : {};
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, path: Path): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; undefined where there is none, or an empty one. */
export function textAt(value: unknown, path: Path): string | undefined {
  return textOf(valueAt(value, path)) || undefined;
}
