import { commands, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "header-pair",
    "tenant.sh",
    "both headers in one call",
    'curl "$API/login.set_domains" \\\n  -H "X-Clearml-Impersonate-As: $USER" \\\n  -H "X-Clearml-Act-As: $USER"\n',
    ["warning tenant.sh:3:6"],
    'curl "$API/queues.create" -H "X-Clearml-Impersonate-As: $USER"\ncurl "$API/login.set_domains" -H "X-Clearml-Act-As: $USER" -H "X-Clearml-Impersonate-As: "\n',
  ),
  commands(
    "header-pair",
    "tenant.sh",
    "the older names, joined to their options",
    "curl -H'x-trains-act-as: u1' --header='X-Trains-Impersonate-As: u2' $API/queues.create\n",
    ["warning tenant.sh:1:30"],
    "curl -H'x-trains-act-as: u1' --header='X-Clearml-Client: u2' $API/queues.create\n",
  ),
];
