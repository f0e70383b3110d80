import { twoTenants } from "../two-tenants.ts";
import { environment, files, type RuleCase } from "./model.ts";

const ACCOUNT = { agent: "agentk8sglue:\n  serviceAccountClusterAccess: true\n" };
const monitor = (value: string) => ({
  agent: `agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_K8S_GLUE_MONITOR_ALL_NAMESPACES\n      value: "${value}"\n`,
});
const BAD = ["warning tenants/acme/agent.yaml:2:32"];

export const cases: readonly RuleCase[] = [
  {
    ...files("cluster-wide-agent", "rights in the whole cluster", twoTenants({ acme: ACCOUNT }), BAD, {}),
    // With one tenant there is nobody to be kept apart.
    good: environment("", "", {}, [], ACCOUNT).good,
  },
  files(
    "cluster-wide-agent",
    "an eye on all namespaces",
    twoTenants({ acme: monitor("true") }),
    ["warning tenants/acme/agent.yaml:4:14"],
    twoTenants({ acme: monitor("false") }),
  ),
];
