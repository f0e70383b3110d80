import { twoTenants } from "../two-tenants.ts";
import { file, files, type RuleCase } from "./model.ts";

const agent = (api: string, web: string) =>
  `agentk8sglue:\n  apiServerUrlReference: ${api}\n  webServerUrlReference: ${web}\n`;
const hosted = agent("https://api.clear.ml", "https://app.clear.ml");

export const cases: readonly RuleCase[] = [
  files(
    "agent-points-at-saas",
    "the hosted server in an environment with its own",
    twoTenants({ acme: { agent: hosted } }),
    ["error tenants/acme/agent.yaml:2:26", "error tenants/acme/agent.yaml:3:26"],
    twoTenants({ acme: { agent: agent("https://api.ml.example.com", "https://app.ml.example.com") } }),
  ),
  file(
    "agent-points-at-saas",
    "agent",
    "a mixture",
    agent("https://api.ml.example.com", "https://app.clear.ml"),
    ["warning 3:26"],
    hosted,
  ),
];
