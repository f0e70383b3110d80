import { SECOND_TENANT } from "../second-tenant.ts";
import { environmentOf } from "../support.ts";
import { files, type RuleCase } from "./model.ts";

const FIRST = environmentOf({ agent: "clearml: { agentk8sglueKey: '${TOKEN}' }\n" });
const second = (agent: string) => ({ ...FIRST, ...SECOND_TENANT, "tenants/globex/agent.yaml": agent });

export const cases: readonly RuleCase[] = [
  files(
    "credential-shared-across-tenants",
    "the key of another tenant",
    second("clearml: { agentk8sglueKey: '${TOKEN}' }\n"),
    ["error tenants/globex/agent.yaml:1:29"],
    second("clearml: { agentk8sglueKey: '${OTHER}' }\n"),
  ),
  files(
    "credential-shared-across-tenants",
    "a literal of another tenant",
    {
      ...second("clearml: { agentk8sglueKey: abcABC123 }\n"),
      "tenants/acme/agent.yaml": "clearml: { agentk8sglueKey: abcABC123 }\n",
    },
    ["error tenants/globex/agent.yaml:1:29"],
    {
      ...second("clearml: { agentk8sglueKey: '${TENANT_ACCESS_KEY}' }\n"),
      "tenants/acme/agent.yaml": "clearml: { agentk8sglueKey: '${TENANT_ACCESS_KEY}' }\n",
    },
  ),
];
