import { setting } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";
const ALLOWED = "CLEARML__services__login__email_filters__allowed";

export const cases: readonly RuleCase[] = [
  file(
    "env-list-shape",
    "control-plane",
    "items without brackets",
    setting(GROUPS, "users,admins"),
    ["error 4:14"],
    setting(GROUPS, "'[users, \"admins\"]'"),
  ),
  file(
    "env-list-shape",
    "control-plane",
    "single quotes around the items",
    setting(GROUPS, "\"['users']\""),
    ["error 4:14"],
    setting("CLEARML__HOSTS__KAFKA__BILLING__HOST", '"[kafka.billing:9092]"'),
  ),
  file(
    "env-list-shape",
    "control-plane",
    "a word alone",
    setting("CLEARML__hosts__kafka__billing__host", "kafka:9092"),
    ["error 4:14"],
    setting("CLEARML__hosts__redis__billing__host", "redis"),
  ),
  environment(
    "env-list-shape",
    "a list that a variable breaks",
    { controlPlane: setting(ALLOWED, "${LIST}") },
    ["error control-plane.yaml:4:14"],
    { controlPlane: setting(ALLOWED, "'[${LIST}]'") },
  ),
];
