import type { Kubernetes } from "../kubernetes/api.ts";
import { newest } from "./events.ts";
import { type Diagnosis, type Finding, type Lasting, type LiveObject, nameOf } from "./model.ts";
import { podFindings } from "./pods.ts";
import type { Missing } from "./poll.ts";
import { claimEvent } from "./scheduling.ts";
import { commonLabels, readSurroundings, type Surroundings } from "./surroundings.ts";

/** Why objects are not ready: their own words, those of their pods and of the events about both. */
export async function diagnose(kubernetes: Kubernetes, missing: readonly Missing[]): Promise<Diagnosis[]> {
  const namespaces = [...new Set(missing.map(({ namespace }) => namespace))];
  const parts = await Promise.all(
    namespaces.map(async (namespace) => {
      const here = missing.filter((each) => each.namespace === namespace);
      if (namespace === "") return here.map((each) => diagnosisOf(each, NOTHING));
      const around = await readSurroundings(
        kubernetes,
        namespace,
        commonLabels(here.map(({ live }) => live)),
      );
      return here.map((each) => diagnosisOf(each, around));
    }),
  );
  return parts.flat();
}

const NOTHING: Surroundings = { pods: [], replicaSets: [], events: [], nodes: undefined };

/** The findings about one object, the most telling first. */
export function diagnosisOf(missing: Missing, around: Surroundings): Diagnosis {
  const { kind, name, namespace, live, lack } = missing;
  const object = nameOf({ kind, metadata: { name } });
  const own: Finding = { key: `${namespace}/${object}`, ...lack };
  if (!live) return { object, namespace, findings: [own] };
  const findings = [
    ...creationFindings(live, around),
    ...podsOf(live, around).flatMap((pod) => podFindings(pod, around)),
    ...(kind === "PersistentVolumeClaim" ? claimFindings(name, own.key, around) : []),
    ...(kind === "Service" ? serviceFindings(live, own, around) : []),
    ...leftOvers(live, around),
  ];
  const others = merged(findings).sort((a, b) => weight(b) - weight(a));
  if (own.lasting) return { object, namespace, findings: [together(own, others[0]), ...others] };
  return { object, namespace, findings: others.length > 0 ? others : [own] };
}

/** An object's own last word (failed, given up on) with what its pods say about it. */
function together(own: Finding, other: Finding | undefined): Finding {
  return other ? { ...other, ...own, reason: `${own.reason}; ${other.reason}` } : own;
}

/** Lasting states first, crashes before containers that merely start. */
function weight({ lasting, crashed, repair }: Finding): number {
  return (lasting ? 4 : 0) + (crashed ? 2 : 0) + (repair ? 1 : 0);
}

/** Pods that lack the same are said once. */
function merged(findings: readonly Finding[]): Finding[] {
  const byWords = new Map<string, { first: Finding; count: number }>();
  for (const finding of findings) {
    const words = finding.reason.replace(/^pod \S+: /, "");
    const known = byWords.get(words);
    if (known) known.count += 1;
    else byWords.set(words, { first: finding, count: 1 });
  }
  return [...byWords.values()].map(({ first, count }) =>
    count === 1
      ? first
      : { ...first, reason: first.reason.replace(/^pod (\S+):/, `pod $1 and ${count - 1} more:`) },
  );
}

/** The pods of the newest revision of a workload: older ones are on their way out, whatever they say. */
export function podsOf(workload: LiveObject, { pods, replicaSets }: Surroundings): LiveObject[] {
  if (workload.kind === "Pod") return pods.filter(({ metadata }) => metadata.uid === workload.metadata.uid);
  if (workload.kind === "Deployment") {
    const current = currentReplicaSet(workload, replicaSets);
    return current ? owned(pods, current.metadata.uid) : [];
  }
  const mine = owned(pods, workload.metadata.uid);
  const revision = podRevision(workload);
  return revision
    ? mine.filter(({ metadata }) => metadata.labels?.[revision.label] === revision.value)
    : mine;
}

/** The label that pods of the newest revision have. */
function podRevision({ kind, metadata, status }: LiveObject): { label: string; value: string } | undefined {
  if (kind === "StatefulSet") {
    const { updateRevision } = (status ?? {}) as { updateRevision?: string };
    return updateRevision ? { label: "controller-revision-hash", value: updateRevision } : undefined;
  }
  const generation = metadata.annotations?.["deprecated.daemonset.template.generation"];
  return kind === "DaemonSet" && generation
    ? { label: "pod-template-generation", value: generation }
    : undefined;
}

const REVISION = "deployment.kubernetes.io/revision";

function currentReplicaSet(
  deployment: LiveObject,
  replicaSets: readonly LiveObject[],
): LiveObject | undefined {
  const revision = deployment.metadata.annotations?.[REVISION];
  return owned(replicaSets, deployment.metadata.uid).find(
    ({ metadata }) => metadata.annotations?.[REVISION] === revision,
  );
}

function owned(objects: readonly LiveObject[], uid: string | undefined): LiveObject[] {
  return objects.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
}

const REFUSED = /forbidden|exceeded quota|violates PodSecurity|denied the request|is invalid/i;

/** Pods that are refused before they exist: by a quota, by pod security, by an admission webhook. */
function creationFindings(workload: LiveObject, { replicaSets, events }: Surroundings): Finding[] {
  const maker = workload.kind === "Deployment" ? currentReplicaSet(workload, replicaSets) : workload;
  // A pod that came through later has made the refusal history.
  const last = newest(events, maker?.metadata.uid, ["FailedCreate", "SuccessfulCreate"]);
  if (last?.reason !== "FailedCreate") return [];
  const refused = REFUSED.test(last.message);
  const lasting: Lasting = /exceeded quota/.test(last.message) ? "quota" : "refused";
  const words = last.message.replace(/^Error creating: /, "");
  return [
    {
      key: `${maker?.metadata.uid}/create`,
      reason: `its pods cannot be made: ${words}`,
      ...(refused ? { repair: refusalRepair(words), lasting } : {}),
    },
  ];
}

function refusalRepair(words: string): string {
  const quota = /exceeded quota: ([^\s,]+)/.exec(words)?.[1];
  const [, counting, unnamed] = /failed quota: ([^\s:]+): must specify (.+)/.exec(words) ?? [];
  if (counting)
    return `the quota \`${counting}\` counts it, so that every container has to name it: set \`resources\` in the values (${unnamed}), or take it out of the quota`;
  if (quota) return `raise the quota \`${quota}\`, or ask for less in the values`;
  if (/violates PodSecurity/.test(words)) {
    return "allow such pods by the namespace's label `pod-security.kubernetes.io/enforce`, or change the security context in the values";
  }
  if (/service ?account/i.test(words)) return "make the service account, or correct its name in the values";
  return "change what the message names, or the policy that refuses it";
}

function claimFindings(name: string, key: string, { events }: Surroundings): Finding[] {
  const lack = claimEvent(events, name);
  return lack ? [{ key, ...lack }] : [];
}

function serviceFindings(service: LiveObject, own: Finding, { events }: Surroundings): Finding[] {
  const event = newest(events, service.metadata.uid, ["SyncLoadBalancerFailed", "AllocationFailed"]);
  return event ? [{ ...own, reason: `${own.reason}: ${event.message}` }] : [];
}

/** The controller of a StatefulSet does not replace a pod that never became ready: it has to be deleted by hand. */
function leftOvers(set: LiveObject, around: Surroundings): Finding[] {
  if (set.kind !== "StatefulSet") return [];
  const current = new Set(podsOf(set, around));
  return owned(around.pods, set.metadata.uid)
    .filter((pod) => !current.has(pod))
    .flatMap((pod) => podFindings(pod, around).slice(0, 1))
    .map(({ key, reason, repair }) => ({
      key,
      reason: `${reason}; it is of an older revision`,
      repair: `delete the pod if it stays: an ordered StatefulSet waits for it (${repair ?? "see its events"})`,
    }));
}
