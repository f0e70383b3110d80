import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const URL = "CLEARML__services__login__sso__oauth_client__auth0__base_url";

export const cases: readonly RuleCase[] = [
  file(
    "env-reserved-char",
    "control-plane",
    "a query in a URL",
    setting(URL, "https://auth.example.com/x?a=b"),
    ["error 4:14"],
    setting(URL, "https://auth.example.com/x"),
  ),
  file(
    "env-reserved-char",
    "control-plane",
    "escaped quotes within single quotes",
    setting(URL, `'\\"x\\"'`),
    ["warning 4:14"],
    setting(URL, `'"x?y"'`),
  ),
  file(
    "env-reserved-char",
    "control-plane",
    "a setting behind a line break",
    setting(URL, `"https://auth.example.com\\nsecure: 1"`),
    ["error 4:14"],
    setting(URL, `"https://auth.example.com\\n"`),
  ),
  file(
    "env-reserved-char",
    "control-plane",
    "a closing bracket",
    setting(URL, `"https://[::1"`),
    ["error 4:14"],
    setting(URL, `"{url: https://auth.example.com}"`),
  ),
];
