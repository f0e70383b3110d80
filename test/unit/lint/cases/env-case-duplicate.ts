import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "env-case-duplicate";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "capitals that lose, though they come last",
    settings(["CLEARML__billing__enabled", '"true"'], ["CLEARML__BILLING__ENABLED", '"false"']),
    ["warning 5:13"],
    settings(["CLEARML__billing__enabled", '"true"'], ["CLEARML__billing__enabled_at", '"false"']),
  ),
  file(
    rule,
    "control-plane",
    "the prefix of old, which always loses",
    settings(["TRAINS__a__b", "x"], ["CLEARML__A__B", "two"]),
    ["warning 3:13"],
    settings(["TRAINS__a__b", "x"], ["CLEARML__A___B", "two"], ["TRAINS_a__b", "z"]),
  ),
];
