import { once } from "../../core/once.ts";
import type { ComponentUse } from "../../environment/model.ts";
import type { ReleaseRecord } from "../../helm/record.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { textAt } from "../../plan/manifest.ts";
import { manifestItems } from "../documents.ts";
import type { Scan } from "../model.ts";
import { OF_HELM } from "../objects/lists.ts";
import { readEverywhere } from "../reading.ts";

/** How the pods of a release are. */
export interface RunningRelease {
  /** How many pods its Deployments should have, and how many are ready. */
  wanted: number;
  ready: number;
  /** Since when its pods are those they are now. */
  started: Date;
  /** Since when nothing has changed about them, readiness included. */
  settled: Date;
}

/** How a release runs; undefined where that cannot be told: no Deployment, one that is gone, no right to look. */
export type Running = (
  use: ComponentUse,
  record: Pick<ReleaseRecord, "manifest">,
) => Promise<RunningRelease | undefined>;

interface Deployment extends KubernetesObject {
  spec?: { replicas?: number };
  status?: {
    availableReplicas?: number;
    conditions?: { type: string; lastUpdateTime?: string; lastTransitionTime?: string }[];
  };
}

/** Looks at the Deployments of the cluster, in one list, when it is asked for the first time. */
export function runningReleases({ kubernetes, tenants }: Pick<Scan, "kubernetes" | "tenants">): Running {
  const read = once(async () => {
    const namespaces = [...new Set(tenants.map(({ namespace }) => namespace))];
    const { answers } = await readEverywhere(namespaces, (namespace) =>
      kubernetes.list(resourcePath("apps/v1", "Deployment", namespace), OF_HELM),
    );
    const all = answers.flatMap(({ value }) => value) as Deployment[];
    return new Map(all.map((each) => [`${each.metadata.namespace}/${each.metadata.name}`, each]));
  });
  return async ({ namespace }, record) => {
    const names = deploymentNames(record);
    if (names.length === 0) return undefined;
    const live = await read();
    const found = names.flatMap((name) => live.get(`${namespace}/${name}`) ?? []);
    return found.length === names.length ? runningOf(found) : undefined;
  };
}

function deploymentNames(record: Pick<ReleaseRecord, "manifest">): string[] {
  return manifestItems(record)
    .filter(({ kind }) => kind === "Deployment")
    .flatMap((object) => textAt(object, ["metadata", "name"]) ?? []);
}

/** Several Deployments as one: what the last of them says. */
function runningOf(deployments: readonly Deployment[]): RunningRelease {
  const sum = (count: (each: Deployment) => number) =>
    deployments.reduce((total, each) => total + count(each), 0);
  return {
    wanted: sum(({ spec }) => spec?.replicas ?? 1),
    ready: sum(({ status }) => status?.availableReplicas ?? 0),
    started: latest(
      deployments.flatMap((each) => [each.metadata.creationTimestamp, ...timesOf(each, "Progressing")]),
    ),
    settled: latest(
      deployments.flatMap((each) => [
        each.metadata.creationTimestamp,
        ...timesOf(each, "Progressing"),
        ...timesOf(each, "Available"),
      ]),
    ),
  };
}

function timesOf({ status }: Deployment, type: string): (string | undefined)[] {
  return (status?.conditions ?? [])
    .filter((each) => each.type === type)
    .flatMap(({ lastUpdateTime, lastTransitionTime }) => [lastUpdateTime, lastTransitionTime]);
}

function latest(times: readonly (string | undefined)[]): Date {
  const known = times.flatMap((time) => (time === undefined ? [] : [Date.parse(time)]));
  return new Date(Math.max(0, ...known.filter((time) => !Number.isNaN(time))));
}
