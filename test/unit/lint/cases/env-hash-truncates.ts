import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const URL = "CLEARML__services__login__sso__oauth_client__auth0__base_url";

export const cases: readonly RuleCase[] = [
  file(
    "env-hash-truncates",
    "control-plane",
    "a hash",
    setting(URL, "'https://auth.example.com/#/login'"),
    ["error 4:14"],
    setting(URL, `'"https://auth.example.com/#/login"'`),
  ),
  file(
    "env-hash-truncates",
    "control-plane",
    "two slashes after a blank",
    setting(URL, "'a // b'"),
    ["error 4:14"],
    setting(URL, "a//b"),
  ),
];
