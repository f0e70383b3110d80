import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const EMPTY = { agent: "" };
const OWN = { agent: "agentk8sglue: { serviceExistingAccountName: agent }\n" };

export const cases: readonly RuleCase[] = [
  files(
    "agent-release-collision",
    "two agents of one name",
    twoTenants({ agentVersion: "6.13.8", acme: EMPTY, globex: EMPTY }),
    ["error tenants/globex.yaml:4:3"],
    twoTenants({ agentVersion: "6.13.9", acme: EMPTY, globex: EMPTY }),
  ),
  files(
    "agent-release-collision",
    "two agents that make their roles",
    twoTenants({ agentVersion: "6.13.8", acme: EMPTY, globex: EMPTY }),
    ["error tenants/globex.yaml:4:3"],
    twoTenants({ agentVersion: "6.13.8", acme: EMPTY, globex: OWN }),
  ),
];
