import { configFile, settings } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const rule = "sso-incomplete";
const secure = (name: string): [string, string][] => [
  [`CLEARML__secure__login__sso__oauth_client__${name}__client_id`, "abc"],
  [`CLEARML__secure__login__sso__oauth_client__${name}__client_secret`, `'"\${TOKEN}"'`],
];
const services = (name: string, ...keys: string[]) =>
  keys.map((key): [string, string] => [
    `CLEARML__services__login__sso__oauth_client__${name}__${key}`,
    "https://sso.example.com/x",
  ]);
const ADDRESSES = ["authorize_url", "access_token_url"];
const REALM = "CLEARML__services__login__sso__oauth_client__keycloak__base_url";

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "addresses that are missing",
    { controlPlane: settings(...secure("okta")) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(...secure("google")) },
  ),
  environment(
    rule,
    "an audience that is missing",
    { controlPlane: settings(...secure("auth0"), ...services("auth0", ...ADDRESSES)) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(...secure("auth0"), ...services("auth0", ...ADDRESSES, "audience")) },
  ),
  environment(
    rule,
    "a secret that is missing",
    { controlPlane: settings(...secure("okta").slice(0, 1), ...services("okta", ...ADDRESSES)) },
    ["warning control-plane.yaml:3:13"],
    {
      controlPlane:
        configFile(
          "secure.conf",
          'login.sso.oauth_client.okta { client_id: abc, client_secret: "${TOKEN}" }',
        ) + settings(...services("okta", ...ADDRESSES)).replace("apiserver:\n", ""),
    },
  ),
  file(
    rule,
    "control-plane",
    "an address that is no realm",
    settings([REALM, "https://sso.example.com/realms/ml"]),
    ["warning 4:14"],
    settings([REALM, "https://sso.example.com/realms/ml/"]),
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: settings(...secure("okta").slice(0, 1)) },
      ["warning control-plane.yaml:3:13"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: settings(...secure("okta").slice(0, 1)) },
  },
  environment(
    rule,
    "a code challenge takes the place of the secret",
    { controlPlane: settings(...secure("ping").slice(0, 1), ...services("ping", "base_url")) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(...secure("ping").slice(0, 1), ...services("ping", "code_challenge")) },
  ),
];
