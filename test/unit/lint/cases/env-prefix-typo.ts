import { settings, variables } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "env-prefix-typo";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "one underscore after the prefix",
    settings(["CLEARML_secure__auth__x", '"1"'], ["CLEARML_HOSTS__REDIS__HOST", "redis"]),
    ["warning 3:13", "warning 5:13"],
    settings(["CLEARML_REDIS_SERVICE_HOST", "redis"], ["CLEARML_ENV", "helm"]),
  ),
  file(
    rule,
    "control-plane",
    "underscores at the end",
    settings(["CLEARML__billing__x__", '"1"']),
    ["warning 3:13"],
    settings(["CLEARML__billing__x_", '"1"']),
  ),
  file(
    rule,
    "control-plane",
    "three and four underscores",
    settings(["CLEARML___billing__x", '"1"'], ["CLEARML__a____b", '"1"']),
    ["warning 3:13", "warning 5:13"],
    settings(
      ["CLEARML__HOSTS__SERVICES___ELASTIC", '"1"'],
      ["CLEARML__apiserver__endpoints___default___log_call", '"true"'],
    ),
  ),
  file(
    rule,
    "control-plane",
    "a prefix in small letters",
    settings(["clearml__billing__x", '"1"']),
    ["warning 3:13"],
    settings(["TRAINS__billing__x", '"1"']),
  ),
  file(
    rule,
    "control-plane",
    "one underscore for the web server",
    variables("webserver", [["WEBSERVER_fileBaseUrl", `'"https://files.ml.example.com"'`]]),
    ["warning 3:13"],
    variables("webserver", [["WEBSERVER__fileBaseUrl", `'"https://files.ml.example.com"'`]]),
  ),
];
