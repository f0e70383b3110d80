import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const COMPANY = "CLEARML__services__workers__resource_usages__supervisor_company";
const USER = "CLEARML__secure__credentials__other__user_key";
const rule = "env-numeric-coercion";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "an id of digits with one e",
    settings([COMPANY, '"1234567890123456e789012345678901"']),
    ["warning 4:14"],
    settings([COMPANY, `'"1234567890123456e789012345678901"'`]),
  ),
  file(
    rule,
    "control-plane",
    "a name that is a duration, and one that is nothing",
    settings(["CLEARML__services__auth__default_groups__a__name", "7d"], ["CLEARML__x__company", '"null"']),
    ["warning 4:14", "warning 6:14"],
    settings(
      ["CLEARML__services__auth__default_groups__a__name", "7days4"],
      ["CLEARML__x__company", '"nullable"'],
    ),
  ),
  file(
    rule,
    "control-plane",
    "a key of digits",
    settings([USER, '"00123456"']),
    ["warning 4:14"],
    settings(
      ["CLEARML__services__applications__max_running_apps_per_company", '"3"'],
      ["CLEARML__apiserver__pool__size_key_count", '"3"'],
      [USER, "'\"${SOME_KEY}\"'"],
    ),
  ),
  file(
    rule,
    "control-plane",
    "a role that is a switch",
    settings(["CLEARML__secure__credentials__other__role", '"true"']),
    ["warning 4:14"],
    settings(["CLEARML__services__x__name", '"true"'], ["CLEARML__services__x__key", "12e5x"]),
  ),
];
