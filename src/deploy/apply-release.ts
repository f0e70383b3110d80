import { parseAllDocuments } from "yaml";
import type { Context } from "../core/context.ts";
import type { Helm } from "../helm/helm.ts";
import type { Kubernetes } from "../kubernetes/api.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { waitUntilReady } from "../kubernetes/wait.ts";
import type { PlannedRelease } from "./plan-release.ts";

/** What happened to a release. */
export interface ReleaseResult {
  component: string;
  tenant?: string;
  namespace: string;
  release: string;
  action: "install" | "upgrade" | "none";
  chart: string;
  chartVersion: string;
  revision: number;
  seconds: number;
  /** The objects of its manifest. They may hold secrets: never log or store them. */
  objects: readonly KubernetesObject[];
}

/** Installs or upgrades a release where its plan says so, and waits until its workloads are ready. */
export async function applyRelease(
  planned: PlannedRelease,
  context: Context,
  helm: Helm,
  kubernetes: Kubernetes,
  timeoutMs: number,
): Promise<ReleaseResult> {
  const { use, action, chart, chartVersion, reference, current } = planned;
  const { namespace, release } = use;
  const started = Date.now();
  const words = { install: "installing", upgrade: "upgrading to", none: "unchanged:" }[action];
  context.log.info(`${use.id}: ${words} ${chart} ${chartVersion} as ${namespace}/${release}`);
  const request = { release, namespace, reference, ...(current ? { current } : {}) };
  const record = action === "none" && current ? current : await helm.upgrade(use, request, planned.values);
  const objects = manifestObjects(record.manifest);
  await waitUntilReady(context, kubernetes, { release, namespace, objects }, use.timeoutMs ?? timeoutMs);
  const seconds = (Date.now() - started) / 1000;
  if (action !== "none") context.log.info(`${use.id}: ready after ${seconds.toFixed(1)} s`);
  return {
    component: use.id,
    ...(use.tenant ? { tenant: use.tenant } : {}),
    namespace,
    release,
    action,
    chart,
    chartVersion,
    revision: record.revision,
    seconds,
    objects,
  };
}

/** The objects of a rendered manifest. */
export function manifestObjects(manifest: string): KubernetesObject[] {
  const documents = parseAllDocuments(manifest);
  return (Array.isArray(documents) ? documents : [])
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object): object is KubernetesObject => object !== null && typeof object === "object");
}
