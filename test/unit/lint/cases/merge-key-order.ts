import { file, type RuleCase } from "./model.ts";

const RULE = "merge-key-order";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "redis",
    "a key above the merge that has it too",
    "master: &base\n  count: 1\n  kind: a\nreplica:\n  count: 2\n  <<: *base\n",
    ["warning 5:3"],
    "master: &base\n  count: 1\n  kind: a\nreplica:\n  other: 1\n  <<: *base\n  count: 2\n",
  ),
  file(
    RULE,
    "redis",
    "a key above the merge of several maps",
    "master: &one { count: 1 }\nsentinel: &two { size: 2 }\nreplica:\n  size: 3\n  <<: [*one, *two]\n",
    ["warning 4:3"],
    "master: &one { count: 1 }\nsentinel: &two { size: 2 }\nreplica:\n  <<: [*one, *two]\n  size: 3\n",
  ),
];
