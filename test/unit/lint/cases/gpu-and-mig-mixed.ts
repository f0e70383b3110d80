import { limits } from "../queues.ts";
import { twoTenants } from "../two-tenants.ts";
import { file, files, type RuleCase } from "./model.ts";

const SLUG = "gpu-and-mig-mixed";
const operator = (values: string) => `  gpu-operator: { version: v26.7.0, values: { ${values} } }`;
const MIG = { agent: limits("{ nvidia.com/mig-3g.20gb: 1 }") };

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "whole GPUs and slices",
    limits("{ nvidia.com/mig-3g.20gb: 1, nvidia.com/gpu: 1 }"),
    ["warning 7:48"],
    limits("{ nvidia.com/gpu: 1 }"),
  ),
  files(
    SLUG,
    "a strategy that does not name slices",
    twoTenants({ cluster: operator("mig: { strategy: single }"), acme: MIG }),
    ["warning clearml.yaml:8:64"],
    twoTenants({ cluster: operator("mig: { strategy: mixed }"), acme: MIG }),
  ),
  files(
    SLUG,
    "the strategy the operator has without being told",
    twoTenants({ cluster: operator("cdi: { enabled: false }"), acme: MIG }),
    ["warning clearml.yaml:8:3"],
    twoTenants({
      cluster: operator("mig: { strategy: single }"),
      acme: { agent: limits("{ nvidia.com/gpu: 1 }") },
    }),
  ),
];
