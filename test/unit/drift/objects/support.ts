/** Releases and what the cluster has of them. */
import { parseAllDocuments } from "yaml";
import { CATALOGUE } from "../../../../src/catalogue/index.ts";
import type { Finding, Scan } from "../../../../src/drift/model.ts";
import type { LiveObject, ManagedFields } from "../../../../src/drift/objects/model.ts";
import { scanObjects } from "../../../../src/drift/objects/scan.ts";
import type { ComponentUse } from "../../../../src/environment/model.ts";
import type { ReleaseRecord } from "../../../../src/helm/record.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import type { KeyedTag } from "../../../../src/plan/tags.ts";
import { type FakeServer, fakeServer, type ServerOptions } from "./fake-server.ts";

export interface Release {
  use: ComponentUse;
  record: ReleaseRecord;
}

/** A release of an agent in a namespace of its own name, unless it says otherwise. */
export function release(
  namespace: string,
  manifest: string,
  record: Partial<ReleaseRecord> & { tenant?: string; name?: string } = {},
): Release {
  const { tenant, name = "agent", ...rest } = record;
  const definition = CATALOGUE.agent;
  const use = {
    id: "agent",
    definition,
    namespace,
    release: name,
    overrides: [],
    ...(tenant ? { tenant } : {}),
  };
  return {
    use: use as unknown as ComponentUse,
    record: {
      release: name,
      namespace,
      revision: 3,
      status: "deployed",
      chart: "clearml-agent",
      chartVersion: "5.3.3",
      values: {},
      applyMethod: "server",
      manifest,
      hooks: "",
      description: "",
      updated: new Date(0),
      secret: `sh.helm.release.v1.${name}.v3`,
      resourceVersion: "7",
      ...rest,
    },
  };
}

/** The objects of a release as Helm has made them: the namespace, what Helm adds, and some of what the server adds. */
export function deployed(
  { record }: Release,
  isClusterWide = (kind: string) => /^(Cluster|Namespace)/.test(kind),
): LiveObject[] {
  return parseAllDocuments(record.manifest)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null)
    .map((object, index) => ({
      ...object,
      metadata: {
        ...object.metadata,
        ...(isClusterWide(object.kind) ? {} : { namespace: object.metadata.namespace ?? record.namespace }),
        uid: `uid-${index}`,
        resourceVersion: "1",
        labels: { ...object.metadata.labels, "app.kubernetes.io/managed-by": "Helm" },
        annotations: {
          ...object.metadata.annotations,
          "meta.helm.sh/release-name": record.release,
          "meta.helm.sh/release-namespace": record.namespace,
        },
        managedFields: [{ manager: "helm", operation: "Apply", time: "2026-11-01T10:00:00Z", fieldsV1: {} }],
      },
    }));
}

export const EDITED_AT = "2026-11-20T11:22:33Z";

/** The same object after somebody has changed it: `fields` as managedFields writes them. */
export function edited<T extends LiveObject>(
  object: T,
  change: (object: T) => void,
  fields: Readonly<Record<string, unknown>>,
  manager = "kubectl-edit",
): T {
  const copy = structuredClone(object);
  change(copy);
  const entry: ManagedFields = { manager, operation: "Update", time: EDITED_AT, fieldsV1: fields };
  return {
    ...copy,
    metadata: { ...copy.metadata, managedFields: [...(copy.metadata.managedFields ?? []), entry] },
  };
}

export function namespace(
  name: string,
  metadata: Partial<KubernetesObject["metadata"]> = {},
): KubernetesObject {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, ...metadata } };
}

export const tag = Object.assign((secret: string) => Buffer.from(secret).toString("hex").slice(-4), {
  key: undefined,
}) as unknown as KeyedTag;

/** Scans releases on a cluster in memory. */
export async function scanned(
  releases: readonly Release[],
  options: ServerOptions,
  secrets: ReadonlyMap<string, string> = new Map(),
) {
  const server = fakeServer(options);
  return { ...(await scanOn(server, releases, secrets)), asked: server.asked };
}

export function scanOn(
  { kubernetes }: Pick<FakeServer, "kubernetes">,
  releases: readonly Release[],
  secrets: ReadonlyMap<string, string> = new Map(),
) {
  const environment = { secrets: ["LICENSE"], variables: {}, tenants: [], baseDomain: "example.com" };
  const scan = {
    kubernetes,
    tag,
    secrets,
    environment,
    options: { tlsDays: 14, managers: [] },
  } as unknown as Scan;
  return scanObjects(scan, new Map(releases.map(({ use, record }) => [use, record])));
}

/** `modified Deployment acme/web /spec/replicas`: findings in short. */
export function short({ class: of, object, path }: Finding): string {
  const place = object && `${object.namespace === undefined ? "" : `${object.namespace}/`}${object.name}`;
  return [of, object?.kind, place, path].filter((text) => text !== undefined).join(" ");
}
