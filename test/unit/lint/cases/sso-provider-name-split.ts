import { settings } from "../server-settings.ts";
import { environment, type RuleCase } from "./model.ts";

const rule = "sso-provider-name-split";
const provider = (secure: string, services: string) =>
  settings(
    [`CLEARML__secure__login__sso__oauth_client__${secure}__client_id`, "abc"],
    [`CLEARML__secure__login__sso__oauth_client__${secure}__client_secret`, `'"\${TOKEN}"'`],
    [`CLEARML__services__login__sso__oauth_client__${services}__authorize_url`, "https://a.example.com/a"],
    [`CLEARML__services__login__sso__oauth_client__${services}__access_token_url`, "https://a.example.com/t"],
  );

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "two names of one provider",
    { controlPlane: provider("azure_ad", "ad_oauth") },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: provider("ad_oauth", "AD_OAUTH") },
  ),
  environment(
    rule,
    "one credential under another name",
    {
      controlPlane: provider("okta", "okta").replace("okta__client_id", "okto__client_id"),
    },
    ["warning control-plane.yaml:3:13"],
    {
      controlPlane:
        provider("okta", "okta") +
        "    - name: CLEARML__secure__login__sso__oauth_client__google__client_id\n      value: abc\n",
    },
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: provider("azure_ad", "ad_oauth") },
      ["warning control-plane.yaml:3:13"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: provider("azure_ad", "ad_oauth") },
  },
  environment(
    rule,
    "files of the cluster, which may hold the rest",
    { controlPlane: provider("azure_ad", "ad_oauth") },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: `${provider("azure_ad", "ad_oauth")}  existingAdditionalConfigsConfigMap: server\n` },
  ),
];
