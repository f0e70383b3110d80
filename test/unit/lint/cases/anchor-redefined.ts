import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "anchor-redefined",
    "redis",
    "an alias that may mean two things",
    "master:\n  resources: &small { limits: { cpu: 1 } }\nreplica:\n  resources: &small { limits: { cpu: 2 } }\nsentinel:\n  resources: *small\n",
    ["warning 4:21"],
    "master:\n  resources: &small { limits: { cpu: 1 } }\n  more: *small\nreplica:\n  resources: &large { limits: { cpu: 2 } }\nsentinel:\n  resources: *large\nmetrics:\n  resources: &small { limits: { cpu: 3 } }\n",
  ),
];
