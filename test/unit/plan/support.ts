import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../src/catalogue/model.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { ReleaseRecord } from "../../../src/helm/record.ts";
import type { PlannedObject, Tag } from "../../../src/plan/model.ts";
import { planObjects } from "../../../src/plan/objects.ts";

export type Data = Readonly<Record<string, unknown>>;

/** A tag without a key, so that tests know it beforehand. */
export const TAG: Tag = (secret) => createHash("sha256").update(secret).digest("hex").slice(0, 8);

/** An object; `fields` are merged over its name and namespace. */
export function object(kind: string, fields: Data = {}, name = "it", apiVersion = API[kind] ?? "v1"): Data {
  const { metadata, ...rest } = fields;
  return { apiVersion, kind, metadata: { name, ...(metadata as object) }, ...rest };
}

const API: Readonly<Record<string, string>> = {
  StatefulSet: "apps/v1",
  Deployment: "apps/v1",
  DaemonSet: "apps/v1",
  Job: "batch/v1",
  CronJob: "batch/v1",
  HorizontalPodAutoscaler: "autoscaling/v2",
  NetworkPolicy: "networking.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  HTTPRoute: "gateway.networking.k8s.io/v1",
  StorageClass: "storage.k8s.io/v1",
  CSIDriver: "storage.k8s.io/v1",
  RoleBinding: "rbac.authorization.k8s.io/v1",
  ClusterRole: "rbac.authorization.k8s.io/v1",
  ClusterRoleBinding: "rbac.authorization.k8s.io/v1",
  CustomResourceDefinition: "apiextensions.k8s.io/v1",
};

export function manifest(...objects: readonly Data[]): string {
  return objects.map((each) => `---\n# Source: chart/templates/it.yaml\n${stringify(each)}`).join("");
}

/** What becomes of objects. */
export function plan(before: readonly Data[], after: readonly Data[]): PlannedObject[] {
  return planObjects({ before: manifest(...before), after: manifest(...after), namespace: "ns" }, TAG);
}

/** A component as the environment has it. */
export function use(id: ComponentId, fields: Partial<ComponentUse> = {}): ComponentUse {
  const definition = CATALOGUE[id];
  return { id, definition, release: definition.release, namespace: "ns", ...fields } as ComponentUse;
}

/** The newest revision of a release. */
export function record(fields: Partial<ReleaseRecord>): ReleaseRecord {
  const given = {
    release: "it",
    namespace: "ns",
    revision: 4,
    status: "deployed",
    chart: "it",
    manifest: "",
  };
  return { ...given, chartVersion: "1.0.0", values: {}, applyMethod: "server", ...fields } as ReleaseRecord;
}

export const pod = (spec: Data, labels: Data = {}) => ({ template: { metadata: { labels }, spec } });
export const deployment = (spec: Data, name = "it") => object("Deployment", { spec }, name);
export const service = (spec: Data) => object("Service", { spec });
export const claim = (spec: Data) => object("PersistentVolumeClaim", { spec });
export const size = (storage: string) => ({ resources: { requests: { storage } } });
export const ingress = (host: string, name = "it") =>
  object("Ingress", { spec: { rules: [{ host }] } }, name);
export const image = (name: string) => deployment(pod({ containers: [{ name: "main", image: name }] }));
export const secret = (...keys: string[]) =>
  object("Secret", { stringData: Object.fromEntries(keys.map((key) => [key, "x"])) });
export const reader = (reference: Data) =>
  deployment(
    pod({ containers: [{ name: "main", env: [{ name: "A", valueFrom: { secretKeyRef: reference } }] }] }),
    "user",
  );
