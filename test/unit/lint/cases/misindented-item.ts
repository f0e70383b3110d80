import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";

export const cases: readonly RuleCase[] = [
  file(
    "misindented-item",
    "control-plane",
    "an item deeper than the one before",
    `${setting(GROUPS, "'[\"users\"]'")}        - name: A\n          value: b\n`,
    ["error 5:9"],
    `${setting(GROUPS, "'[\"users\"]'")}    - name: A\n      value: b\n`,
  ),
];
