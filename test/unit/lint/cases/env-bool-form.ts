import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const LOGIN = "CLEARML__secure__credentials__supervisor__allow_login";
const rule = "env-bool-form";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "false within inner quotes",
    settings([LOGIN, `'"false"'`]),
    ["warning 4:14"],
    settings([LOGIN, '"false"']),
  ),
  file(
    rule,
    "control-plane",
    "words of YAML",
    settings([LOGIN, '"yes"'], ["CLEARML__billing__enabled", '"off"']),
    ["warning 4:14", "warning 6:14"],
    settings([LOGIN, '"True"'], ["CLEARML__services__support__text", '"yes"']),
  ),
  file(
    rule,
    "control-plane",
    "unusual forms that do work",
    settings([LOGIN, '"TRUE"'], ["CLEARML__billing__enabled", '"1"']),
    ["info 4:14", "info 6:14"],
    settings([LOGIN, '"true"'], ["CLEARML__billing__enabled", "${SWITCH}"]),
  ),
  file(
    rule,
    "control-plane",
    "a list for a switch",
    settings([LOGIN, '"[true]"']),
    ["warning 4:14"],
    settings([LOGIN, '""']),
  ),
  file(
    rule,
    "control-plane",
    "a map for a switch",
    settings([LOGIN, '"{a: 1}"']),
    ["warning 4:14"],
    settings([LOGIN, '"null"']),
  ),
];
