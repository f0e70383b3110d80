import { limits } from "../queues.ts";
import { twoTenants } from "../two-tenants.ts";
import { file, files, type RuleCase } from "./model.ts";

const SLUG = "extended-resource-fraction";
const HALF = limits('{ clear.ml/fraction-1: "0.5" }');

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "half a GPU",
    limits('{ nvidia.com/gpu: "0.5" }'),
    ["error 7:37"],
    limits("{ nvidia.com/gpu: 2, cpu: 0.5 }"),
  ),
  file(
    SLUG,
    "agent",
    "half a GPU in thousandths",
    limits("{ nvidia.com/gpu: 500m }"),
    ["error 7:37"],
    // The operator of the cluster may rewrite it.
    HALF,
  ),
  files(
    SLUG,
    "a fraction that nobody rewrites",
    twoTenants({ acme: { agent: HALF } }),
    ["error tenants/acme/agent.yaml:7:42"],
    twoTenants({
      cluster:
        "  dynamic-mig-operator: { version: 1.2.0, values: { imageCredentials: { password: '${TOKEN}' } } }",
      acme: { agent: HALF },
    }),
  ),
];
