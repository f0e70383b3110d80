import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { diagnosisOf } from "../../readiness/diagnose.ts";
import { type LiveObject, nameOf } from "../../readiness/model.ts";
import { lackOf } from "../../readiness/rules.ts";
import { readable, type Surroundings } from "../../readiness/surroundings.ts";
import type { SmokeResult } from "../model.ts";
import { insideCheck } from "./check.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** Whether everything that the gateway runs is up. */
export const deployment = insideCheck({
  name: "deployment",
  proves: "The Deployments of the gateway are there, and all their pods are available.",
  // What these find is why pods are not ready.
  after: ["release", "log", "restarts", "api-from-pod"],
  async run(gateway) {
    const [deployments, manifest] = await Promise.all([gateway.deployments(), readable(gateway.manifest())]);
    const names = (manifest ?? []).filter(({ kind }) => kind === "Deployment").map(nameOf);
    return judgeDeployments({
      deployments,
      around: await gateway.around(),
      wanted: names,
      place: `release ${gateway.namespace}/${gateway.release}`,
    });
  },
});

interface Found {
  deployments: readonly LiveObject[];
  around: Surroundings;
  /** Names (`deployment/…`) of those in the manifest. */
  wanted: readonly string[];
  place: string;
}

export function judgeDeployments({ deployments, around, wanted, place }: Found): SmokeResult {
  const absent = wanted.filter((name) => !deployments.some((each) => nameOf(each) === name));
  if (deployments.length === 0 && absent.length === 0) {
    return {
      status: "fail",
      detail: `${place} has no Deployment in the cluster`,
      hint: "deploy the tenant with deploy-tenant, or correct `namespace` and `release` of the gateway in its file",
    };
  }
  const lacking = [
    ...absent.map((name) => ({
      words: `${name}: is not there`,
      repair:
        "somebody has deleted it since the release was written: `helm get manifest` piped into `kubectl apply` brings it back",
    })),
    ...deployments.flatMap((each) => lackIn(each, around)),
  ];
  const [first] = lacking;
  if (!first) return { status: "pass", detail: `${deployments.map(countOf).join(", ")} available` };
  const detail = withoutSecrets(`${place}: ${lacking.map(({ words }) => words).join("; ")}`);
  const hint = lacking.find(({ repair }) => repair)?.repair ?? "see `kubectl describe` for what it waits for";
  return { status: "fail", detail, hint };
}

function lackIn(live: LiveObject, around: Surroundings): { words: string; repair?: string }[] {
  if (replicasOf(live) === 0) {
    const repair = "set its `replicaCount` in the values to at least 1";
    return [{ words: `${nameOf(live)}: is scaled to zero`, repair }];
  }
  const lack = lackOf(live);
  if (!lack) return [];
  const { name, namespace = "" } = live.metadata;
  const { findings } = diagnosisOf({ kind: live.kind, name, namespace, live, lack }, around);
  const [told] = findings;
  const reason = told && told.reason !== lack.reason ? `${lack.reason}, ${told.reason}` : lack.reason;
  const repair = told?.repair ?? lack.repair;
  return [{ words: `${nameOf(live)}: ${reason}`, ...(repair ? { repair } : {}) }];
}

function replicasOf({ spec }: KubernetesObject): number {
  return (spec as { replicas?: number } | undefined)?.replicas ?? 1;
}

function countOf(live: LiveObject): string {
  return `${nameOf(live)} (${replicasOf(live)} of ${replicasOf(live)})`;
}
