import { settings, variables } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "env-never-read";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a prefix of long ago",
    settings(["ALLEGRO__billing__x", '"1"']),
    ["warning 3:13"],
    settings(["TRAINS__billing__x", '"1"']),
  ),
  file(
    rule,
    "control-plane",
    "a setting of the web server at the API server",
    settings(["WEBSERVER__forceTheme", `'"dark"'`]),
    ["warning 3:13"],
    variables("webserver", [["WEBSERVER__forceTheme", `'"dark"'`]]),
  ),
  file(
    rule,
    "control-plane",
    "a setting of the API server at the web server",
    variables("webserver", [["CLEARML__billing__enabled", '"true"']]),
    ["warning 3:13"],
    variables("fileserver", [["CLEARML__fileserver__delete__allow_batch", '"true"']]),
  ),
];
