import { isMap } from "../../../overrides/merge.ts";
import { type Values, valueAt } from "../../../overrides/values.ts";
import { AGENT_SECRET } from "../memory/memory.ts";
import { type Fact, fill, isBefore, type TenantChart } from "./chart.ts";
import type { TenantFacts } from "./facts.ts";

/** Before this version nobody says whether the chart reads a Secret of one's own; the public one did not at first. */
const READS_SECRET = "6.9.3";
const HAS_APPS_QUEUE = "6.9.4";

const QUEUES = ["agentk8sglue", "queues"];

type ServerFacts = Pick<TenantFacts, "controlPlane" | "queues">;

/** The values of a tenant's agent with what the overrides left out. */
export function agentValues(chart: TenantChart, values: Values, facts: TenantFacts): Values {
  const { addresses } = facts;
  return fill(values, [
    ...credentials(chart, values, facts),
    [["agentk8sglue", "apiServerUrlReference"], addresses.api],
    [["agentk8sglue", "fileServerUrlReference"], addresses.files],
    [["agentk8sglue", "webServerUrlReference"], addresses.app],
    ...queues(values, facts),
    ...appsQueue(chart, facts),
    ...sessions(chart, values),
  ]);
}

/** What the values of an agent leave undone, in words. */
export function agentNotes(chart: TenantChart, values: Values, facts: ServerFacts): string[] {
  const quoted = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");
  const served = queueNames(values);
  const unserved = (facts.queues ?? []).filter((name) => !served.includes(name));
  const repair = `add ${unserved.length === 1 ? "it" : "them"} below \`agentk8sglue.queues\``;
  return [
    ...(unserved.length > 0
      ? [`the agent serves ${quoted(served)} and not ${quoted(unserved)}, so tasks there wait; ${repair}`]
      : []),
    ...appsQueueNotes(chart, values, facts),
  ];
}

function credentials(chart: TenantChart, values: Values, { agent }: TenantFacts): Fact[] {
  const own = ["agentk8sglueKey", "agentk8sglueSecret", "existingAgentk8sglueSecret"];
  if (own.some((key) => valueAt(values, ["clearml", key]))) return [];
  const pair: Fact[] = [
    [["clearml", "agentk8sglueKey"], agent?.accessKey],
    [["clearml", "agentk8sglueSecret"], agent?.secretKey],
  ];
  return [
    [["clearml", "existingAgentk8sglueSecret"], AGENT_SECRET],
    ...(isBefore(chart, READS_SECRET) ? pair : []),
  ];
}

/** An agent that names no queue serves those of the tenant's file, from the base template. */
function queues(values: Values, facts: ServerFacts): Fact[] {
  if (queueNames(values).length > 0) return [];
  return (facts.queues ?? []).map((name): Fact => [[...QUEUES, name, "templateOverrides"], {}]);
}

/** Names of the queues that an agent's values name; the public chart knows one. */
export function queueNames(values: Values): string[] {
  const many = valueAt(values, QUEUES);
  const one = valueAt(values, ["agentk8sglue", "queue"]);
  return [...(isMap(many) ? Object.keys(many) : []), ...(typeof one === "string" && one !== "" ? [one] : [])];
}

/** Whether the control plane leaves the applications of a tenant to the tenant's agent. */
export function runsApplications({ controlPlane }: ServerFacts): boolean {
  return valueAt(controlPlane, ["clearmlApplications", "queueMode"]) === "per_tenant";
}

function appsQueue(chart: TenantChart, facts: ServerFacts): Fact[] {
  const isWanted = runsApplications(facts) && !isBefore(chart, HAS_APPS_QUEUE);
  return isWanted ? [[["agentk8sglue", "appsQueue", "enabled"], true]] : [];
}

function appsQueueNotes(chart: TenantChart, values: Values, facts: ServerFacts): string[] {
  const isOn = valueAt(values, ["agentk8sglue", "appsQueue", "enabled"]) === true;
  if (!runsApplications(facts) || isOn) return [];
  const repair = isBefore(chart, HAS_APPS_QUEUE)
    ? `its chart has no queue for applications before ${HAS_APPS_QUEUE}`
    : "take `agentk8sglue.appsQueue.enabled: false` out of its values";
  return [
    `the control plane runs applications in the tenants' agents, and this one does not take them: ${repair}`,
  ];
}

/** Sessions of several agents on one cluster are told apart by a name, which is the namespace in ClearML's guides. */
function sessions({ namespace }: TenantChart, values: Values): Fact[] {
  const isOn = valueAt(values, ["sessions", "portModeEnabled"]) === true;
  return isOn ? [[["sessions", "agentID"], namespace]] : [];
}
