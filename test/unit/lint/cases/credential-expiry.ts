import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const NAME = "CLEARML__apiserver__auth__credentials__default_expiration_sec";

export const cases: readonly RuleCase[] = [
  file(
    "credential-expiry",
    "control-plane",
    "a month",
    settings([NAME, '"2592000"']),
    ["warning 3:13"],
    settings([NAME, '"0"'], ["CLEARML__apiserver__auth__session_expiration_sec", '"2592000"']),
  ),
];
