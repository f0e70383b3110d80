import { twoTenants } from "../two-tenants.ts";
import { files, type RuleCase } from "./model.ts";

const agent = (path: string) => ({
  agent: `agentk8sglue:\n  basePodTemplate:\n    fileMounts:\n      - { name: pip.conf, folderPath: ${path} }\n`,
});

export const cases: readonly RuleCase[] = [
  files(
    "root-paths",
    "a file of root",
    twoTenants({ agentVersion: "6.12.3", acme: agent("/root/.pip") }),
    ["warning tenants/acme/agent.yaml:4:39"],
    twoTenants({ agentVersion: "6.12.2", acme: agent("/root/.pip") }),
  ),
  files(
    "root-paths",
    "the folder of root itself",
    twoTenants({ acme: agent("/root") }),
    ["warning tenants/acme/agent.yaml:4:39"],
    twoTenants({ acme: agent("/rootless/.pip") }),
  ),
];
