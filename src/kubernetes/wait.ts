import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import type { Kubernetes } from "./api.ts";
import { type KubernetesObject, resourcePath } from "./objects.ts";
import { type NotReady, podNotReady, WORKLOAD_KINDS, workloadNotReady } from "./readiness.ts";

/** A release whose workloads are waited for. */
export interface Awaited {
  release: string;
  namespace: string;
  /** The objects of its manifest. */
  objects: readonly KubernetesObject[];
}

const FIRST_POLL_MS = 200;
const POLL_MS = 1_000;
/** A wait says what it waits for at least this often. */
const REPORT_MS = 10_000;

/**
 * Waits until every workload of a release is ready, and says every ten seconds what is not, and why.
 * @throws UserError (kind cluster) after `timeoutMs`, naming each workload and its pods' reasons
 */
export async function waitUntilReady(
  context: Context,
  kubernetes: Kubernetes,
  awaited: Awaited,
  timeoutMs: number,
): Promise<void> {
  const started = Date.now();
  let reported = started;
  for (let poll = 0; ; poll++) {
    const missing = await notReady(kubernetes, awaited);
    if (missing.length === 0) return;
    const elapsed = Date.now() - started;
    if (elapsed >= timeoutMs || context.signal.aborted)
      throw neverReady(awaited, missing, timeoutMs, context.signal);
    if (Date.now() - reported >= REPORT_MS) {
      reported = Date.now();
      context.log.info(
        `${awaited.release}: waiting ${Math.round(elapsed / 1000)} s for ${describe(missing)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, poll < 5 ? FIRST_POLL_MS : POLL_MS));
  }
}

/** The workloads of the release that are not ready: one list request per kind, none per object. */
async function notReady(kubernetes: Kubernetes, awaited: Awaited): Promise<NotReady[]> {
  const missing: NotReady[] = [];
  const selectors: Record<string, string>[] = [];
  for (const kind of WORKLOAD_KINDS) {
    const wanted = awaited.objects.filter((object) => object.kind === kind);
    const first = wanted[0];
    if (!first) continue;
    const live = await kubernetes.list(resourcePath(first.apiVersion, kind, awaited.namespace));
    for (const object of wanted) {
      const found = live.find((each) => each.metadata.name === object.metadata.name);
      const reason = found ? workloadNotReady({ ...found, kind }) : "not there";
      if (!reason) continue;
      missing.push({ object: `${kind.toLowerCase()}/${object.metadata.name}`, reason });
      const selector = (object.spec as { selector?: { matchLabels?: Record<string, string> } } | undefined)
        ?.selector;
      if (selector?.matchLabels) selectors.push(selector.matchLabels);
    }
  }
  return missing.length === 0 ? missing : [...missing, ...(await podReasons(kubernetes, awaited, selectors))];
}

/** What the pods of the workloads say themselves: the reason behind "0 of 1 available". */
async function podReasons(
  kubernetes: Kubernetes,
  awaited: Awaited,
  selectors: readonly Record<string, string>[],
): Promise<NotReady[]> {
  const pods = await kubernetes.list(resourcePath("v1", "Pod", awaited.namespace));
  return pods
    .filter((pod) => selectors.some((labels) => matches(pod, labels)))
    .flatMap((pod) => {
      const reason = podNotReady(pod);
      return reason ? [{ object: `pod/${pod.metadata.name}`, reason }] : [];
    });
}

function matches(pod: KubernetesObject, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([name, value]) => pod.metadata.labels?.[name] === value);
}

function describe(missing: readonly NotReady[]): string {
  return missing.map((each) => `${each.object} (${each.reason})`).join(", ");
}

function neverReady(
  awaited: Awaited,
  missing: readonly NotReady[],
  timeoutMs: number,
  signal: AbortSignal,
): UserError {
  const why = signal.aborted
    ? "cancelled while waiting"
    : `not ready after ${Math.round(timeoutMs / 1000)} s`;
  return new UserError(
    {
      message: `release ${awaited.namespace}/${awaited.release} is ${why}: ${describe(missing)}`,
      hint: `look at \`kubectl -n ${awaited.namespace} describe pods\`; raise \`timeout\` if it only needs longer`,
    },
    { kind: "cluster" },
  );
}
