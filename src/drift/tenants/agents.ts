import { listWorkers, type Worker } from "../../clearml/workers.ts";
import { plural } from "../../core/plural.ts";
import { queueNames } from "../../deploy/tenant/values/agent.ts";
import type { Tenant } from "../../environment/model.ts";
import { PENDING_QUEUE } from "../../smoke/end-to-end/queue.ts";
import type { Finding } from "../model.ts";
import { tenantFinding } from "./findings.ts";
import { releaseOf, type TenantLook } from "./look.ts";
import type { RunningRelease } from "./workloads.ts";

/** An agent that is there reports once a minute. */
const HEARD_S = 600;
/** Pods that start, or start anew, are given this long until they have registered. */
const PATIENCE_MS = HEARD_S * 1000;

/** Whether a tenant's agent is registered at the server: one that runs, and whose pods had the time for it. */
export async function agentFindings(look: TenantLook, tenant: Tenant, admin: string): Promise<Finding[]> {
  const release = releaseOf(look, tenant, "agent");
  if (!release) return [];
  const queues = queueNames(release.record.values);
  const workers = await listWorkers(look.api, HEARD_S, admin);
  if (workers.some((worker) => serves(worker, queues))) return [];
  const running = await look.running(release.use, release.record);
  if (!running || !shouldBeThere(running, look.scan.now)) return [];
  const { use } = release;
  const pods = `${running.ready} of ${plural(running.wanted, "pod")} ready`;
  return [
    tenantFinding(tenant, {
      component: use.id,
      path: "/agent",
      expected: queues.length > 0 ? `an agent that serves ${queues.join(", ")}` : "an agent",
      actual: servedBy(workers),
      since: running.settled.toISOString(),
      upgradeRepairs: false,
      message: `its agent is not registered at the ClearML server, with ${pods}`,
      hint:
        running.ready < running.wanted
          ? `its pods say why they are not ready: kubectl -n ${use.namespace} get pods`
          : "the log of its pods says why: the key, the address of the API server, or names of queues",
    }),
  ];
}

/** One that serves any queue will do where the values name none: the chart has its own then. */
function serves({ queues }: Worker, wanted: readonly string[]): boolean {
  const names = queues.map(({ name }) => name).filter((name) => name !== PENDING_QUEUE);
  return wanted.length === 0 ? names.length > 0 : names.some((name) => wanted.includes(name));
}

function servedBy(workers: readonly Worker[]): string {
  const names = new Set(workers.flatMap(({ queues }) => queues.map(({ name }) => name)));
  return names.size === 0
    ? "no agent was heard of in the last 10 minutes"
    : `agents that serve ${[...names].sort().join(", ")}`;
}

/** An agent that was scaled to zero is not expected. */
function shouldBeThere({ wanted, settled }: RunningRelease, now: Date): boolean {
  return wanted > 0 && now.getTime() - settled.getTime() >= PATIENCE_MS;
}
