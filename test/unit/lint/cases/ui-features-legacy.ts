import { settings } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const rule = "ui-features-legacy";
const OLD = "CLEARML__services__auth__ui_features_per_role__user__show_datasets";

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a role's features",
    settings([OLD, '"false"']),
    ["info 3:13"],
    settings(["CLEARML__services__auth__ui_features__show_datasets", '"false"']),
  ),
  environment(
    rule,
    "a server that has group features",
    { controlPlane: settings([OLD, '"false"']) },
    ["info control-plane.yaml:3:13"],
    { controlPlane: `${settings([OLD, '"false"'])}  image: { tag: "3.21.6-1443" }\n` },
  ),
];
