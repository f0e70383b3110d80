import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const EMAIL = "CLEARML__secure__credentials__supervisor__email";
const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";

export const cases: readonly RuleCase[] = [
  file(
    "curly-quotes",
    "control-plane",
    "quotes of a word processor around a value",
    setting(EMAIL, "\u201ca\u201d"),
    ["error 4:14"],
    setting("WEBSERVER__loginNotice", "'\"Don\u2019t panic\"'"),
  ),
  file(
    "curly-quotes",
    "control-plane",
    "curly quotes within a list",
    setting(GROUPS, "'[\u201cusers\u201d]'"),
    ["error 4:14"],
    setting(GROUPS, "'[\"users\"]'"),
  ),
];
