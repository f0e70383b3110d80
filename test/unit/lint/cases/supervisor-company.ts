import { settings } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const COMPANY = "CLEARML__services__workers__resource_usages__supervisor_company";

export const cases: readonly RuleCase[] = [
  file(
    "supervisor-company",
    "control-plane",
    "a name",
    settings([COMPANY, "acme"]),
    ["warning 4:14"],
    settings([COMPANY, "d1bd92a3b039400cbafc60a7a5b1e52b"]),
  ),
  file(
    "supervisor-company",
    "control-plane",
    "an id that is too short",
    settings([COMPANY, `'"d1bd92a3b039400cbafc60a7a5b1e52"'`]),
    ["warning 4:14"],
    settings([COMPANY, "'\"${COMPANY}\"'"]),
  ),
  file(
    "supervisor-company",
    "control-plane",
    "digits in quotes; without quotes they are told to be a number",
    settings([COMPANY, `'"12345"'`]),
    ["warning 4:14"],
    settings([COMPANY, '"12345"']),
  ),
];
