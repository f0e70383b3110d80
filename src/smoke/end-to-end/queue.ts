import type { Worker } from "../../clearml/workers.ts";

export interface ServedQueue {
  id: string;
  name: string;
  /** Agents that take tasks from it. */
  agents: readonly string[];
}

export interface Unserved {
  detail: string;
  hint: string;
}

/** Where agents park tasks whose pod is not running yet; nothing is sent there. */
export const PENDING_QUEUE = "k8s_scheduler";

/** What people call the queue for everything. */
const USUAL = "default";

/**
 * The queue for the task: the wanted one, else the first of the tenant's that an agent serves, else one that any agent
 * of the company serves.
 */
export function chooseQueue(
  workers: readonly Worker[],
  wanted: string | undefined,
  ofTenant: readonly string[],
): ServedQueue | Unserved {
  const served = servedQueues(workers);
  if (wanted !== undefined) {
    return served.find(({ id, name }) => name === wanted || id === wanted) ?? unserved(wanted, served);
  }
  const listed = ofTenant.map((name) => served.find((queue) => queue.name === name)).find(Boolean);
  if (listed) return listed;
  const any = served.find(({ name }) => name === USUAL) ?? served[0];
  if (any && ofTenant.length === 0) return any;
  return ofTenant.length > 0 ? unserved(ofTenant, served) : NOBODY;
}

function servedQueues(workers: readonly Worker[]): ServedQueue[] {
  const pairs = workers.flatMap(({ id: agent, queues }) => queues.map((queue) => ({ agent, queue })));
  const byId = Map.groupBy(
    pairs.filter(({ queue }) => queue.name !== PENDING_QUEUE),
    ({ queue }) => queue.id,
  );
  return [...byId]
    .map(([id, each]) => ({
      ...{ id, name: each[0]?.queue.name ?? id },
      agents: each.map(({ agent }) => agent),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

const DEPLOY =
  "deploy the tenant's agent; where it is, its log says why it is not registered (key, API address, `agentk8sglue.queues`)";

const NOBODY: Unserved = {
  detail: "no agent of the company was heard of in the last 10 minutes, so nobody would take a task",
  hint: DEPLOY,
};

function unserved(wanted: string | readonly string[], served: readonly ServedQueue[]): Unserved {
  const queues = [wanted].flat().map((name) => `\`${name}\``);
  if (served.length === 0) {
    const detail = `no agent takes tasks from ${queues.join(" or ")}: none was heard of in the last 10 minutes`;
    return { detail, hint: DEPLOY };
  }
  const others = served.map(({ name }) => `\`${name}\``).join(", ");
  return {
    detail: `no agent takes tasks from ${queues.join(" or ")}; agents serve ${others}`,
    hint: "name one of these with input `queue`, or add the queue to `agentk8sglue.queues` of the tenant's agent",
  };
}
