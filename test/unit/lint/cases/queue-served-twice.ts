import { queue } from "../queues.ts";
import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const SLUG = "queue-served-twice";
const agent = (key: string, gpus: number) => ({
  agent: queue(
    `{ resources: { limits: { nvidia.com/gpu: ${gpus} } } }`,
    `clearml: { agentk8sglueKey: '\${${key}}', agentk8sglueSecret: '\${SECRET}' }\n`,
  ),
});

export const cases: readonly RuleCase[] = [
  files(
    SLUG,
    "two agents with one key",
    twoTenants({ acme: agent("KEY", 1), globex: agent("KEY", 2) }),
    ["warning tenants/globex/agent.yaml:3:5"],
    twoTenants({ acme: { agent: queue("{}") }, globex: { agent: queue("{ labels: { a: b } }") } }),
  ),
];
