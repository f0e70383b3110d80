import { commands, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  commands(
    "app-access-value",
    "tenant.sh",
    "the plural of the documentation's sample",
    `curl $API/system.update_company_app_instance_access -d '{"company":"x","app_instance_access":"groups"}'\n`,
    ["warning tenant.sh:1:95"],
    `curl $API/system.update_company_app_instance_access -d '{"company":"x","app_instance_access":"group"}'\ncurl $API/system.update_company_app_instance_access -d "{\\"app_instance_access\\": \\"$ACCESS\\"}"\n`,
  ),
  file(
    "app-access-value",
    "control-plane",
    "as a setting of the server",
    "apiserver:\n  extraEnvs:\n    - name: CLEARML__services__applications__app_instance_access__allowed\n      value: everyone\n",
    ["warning 4:14"],
    "apiserver:\n  extraEnvs:\n    - name: CLEARML__services__applications__app_instance_access__applications__x__allowed\n      value: '\"owner\"'\n    - name: CLEARML__services__applications__app_instance_access__default\n      value: everyone\n",
  ),
];
