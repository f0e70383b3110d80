import { settings } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const rule = "group-definition";
const group = (name: string, values: Record<string, string>) =>
  settings(
    ...Object.entries(values).map(([key, value]): [string, string] => [
      `CLEARML__services__auth__default_groups__${name}__${key}`,
      value,
    ]),
  );
const LABS = {
  id: `'"8a0c2f7e-3a3d-4e43-9a39-4f6a3b1c2d10"'`,
  name: "labs",
  features: `'["applications"]'`,
  assignable: '"true"',
  system: '"false"',
};

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "a group of features alone",
    { controlPlane: group("labs", { features: LABS.features }) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: group("queue_admins", { features: LABS.features }) },
  ),
  environment(
    rule,
    "one field that is missing",
    { controlPlane: group("labs", { ...LABS, features: "" }).replace(/.*__features\n.*\n/, "") },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: group("labs", LABS) },
  ),
  file(
    rule,
    "control-plane",
    "the id of the guide",
    group("labs", { id: `'"abcd-1234-abcd-1234"'` }),
    ["warning 4:14"],
    group("labs", { id: LABS.id }),
  ),
  file(
    rule,
    "control-plane",
    "a system group of one's own",
    group("labs", { system: '"true"' }),
    ["warning 4:14"],
    group("labs", { system: '"false"' }),
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: group("labs", { features: LABS.features }) },
      ["warning control-plane.yaml:3:13"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: group("labs", { features: LABS.features }) },
  },
];
