import { configFile } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const rule = "additional-config-shadowed";
const files = configFile("services.conf", "a: 1");

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "files beside a ConfigMap",
    `${files}  existingAdditionalConfigsConfigMap: server-configs\n`,
    ["warning 2:3"],
    `${files}  existingAdditionalConfigsConfigMap: ""\n`,
  ),
  file(
    rule,
    "control-plane",
    "a Secret beside a ConfigMap",
    "apiserver:\n  existingAdditionalConfigsSecret: a\n  existingAdditionalConfigsConfigMap: b\n",
    ["warning 2:3"],
    "apiserver:\n  existingAdditionalConfigsSecret: a\n  additionalConfigs: {}\n",
  ),
];
