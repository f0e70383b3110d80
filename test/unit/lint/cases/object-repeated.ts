import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const object = (name: string, more = "", version = "v1") => `---
apiVersion: ${version}
kind: ConfigMap
metadata:
  name: ${name}
${more}`;

export const cases: readonly RuleCase[] = [
  rendered(
    "object-repeated",
    "control-plane",
    "two objects of one name",
    {},
    object("settings") + object("settings"),
    ["error clearml.yaml:7:3"],
    object("settings") + object("settings", "  namespace: other\n") + object("more"),
  ),
  rendered(
    "object-repeated",
    "control-plane",
    "the name of an override, given twice; hooks may repeat",
    {
      controlPlane:
        "apiserver:\n  additionalConfigs: {}\n  extraNames: [settings-of-mine, settings-of-mine]\n",
    },
    object("settings-of-mine") + object("settings-of-mine") + object("settings-of-mine"),
    ["error clearml.yaml:7:3"],
    object("hook", "  annotations: { helm.sh/hook: pre-install }\n") +
      object("hook", "  annotations: { helm.sh/hook: pre-upgrade }\n"),
  ),
];
