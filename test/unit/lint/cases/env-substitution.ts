import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const URL = "CLEARML__services__login__sso__oauth_client__auth0__base_url";

export const cases: readonly RuleCase[] = [
  file(
    "env-substitution",
    "control-plane",
    "a literal substitution",
    setting(URL, "'https://$${yourOktaDomain}/x'"),
    ["error 4:14"],
    setting(URL, `'"https://$\${yourOktaDomain}/x"'`),
  ),
];
