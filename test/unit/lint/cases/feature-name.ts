import { configFile, settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "feature-name";
const FEATURES = "CLEARML__services__auth__default_groups__users__features";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a near miss, one that nobody knows, and one of the past",
    settings([FEATURES, `'["aplications", "time_travel", "queues"]'`]),
    ["warning 4:14", "info 4:14", "info 4:14"],
    settings([FEATURES, `'["applications", "show_projects"]'`]),
  ),
  file(
    rule,
    "control-plane",
    "a feature of the organisation",
    settings(["CLEARML__services__organization__features__user_managment", '"true"']),
    ["warning 3:13"],
    settings(["CLEARML__services__organization__features__user_management", '"true"']),
  ),
  file(
    rule,
    "control-plane",
    "a list in a configuration file",
    configFile("services.conf", 'auth.default_groups.users {\n  features: ["reprots", "pipelines"]\n}'),
    ["warning 5:20"],
    configFile("services.conf", 'auth.default_groups.users {\n  features: ["reports", "pipelines"]\n}'),
  ),
];
