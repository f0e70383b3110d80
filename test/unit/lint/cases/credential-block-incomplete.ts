import { configFile, settings } from "../server-settings.ts";
import { environment, type RuleCase } from "./model.ts";

const rule = "credential-block-incomplete";
const user = (name: string, ...keys: string[]) =>
  keys.map((key): [string, string] => {
    const values: Record<string, string> = {
      role: "admin",
      allow_login: '"true"',
      sec_groups: `'["users"]'`,
    };
    return [`CLEARML__secure__credentials__${name}__${key}`, values[key] ?? `'"\${TOKEN}"'`];
  });
const secretRef = (name: string) =>
  `    - name: CLEARML__secure__credentials__${name}\n      valueFrom: { secretKeyRef: { name: a, key: b } }\n`;

export const cases: readonly RuleCase[] = [
  environment(
    rule,
    "no role",
    { controlPlane: settings(...user("uploader", "user_key", "user_secret")) },
    ["error control-plane.yaml:3:13"],
    { controlPlane: settings(...user("uploader", "user_key", "user_secret", "role")) },
  ),
  environment(
    rule,
    "a key without its secret",
    { controlPlane: settings(...user("uploader", "role", "user_key")) },
    ["error control-plane.yaml:3:13"],
    { controlPlane: settings(...user("uploader", "role", "user_key")) + secretRef("uploader__user_secret") },
  ),
  environment(
    rule,
    "neither key nor secret",
    { controlPlane: settings(...user("uploader", "role")) },
    ["warning control-plane.yaml:3:13"],
    { controlPlane: settings(...user("services_agent", "user_key")) },
  ),
  environment(
    rule,
    "a supervisor who cannot log in",
    { controlPlane: settings(...user("supervisor", "role", "user_key", "user_secret", "email")) },
    ["warning control-plane.yaml:3:13"],
    {
      controlPlane: settings(
        ...user("supervisor", "role", "user_key", "user_secret", "email", "allow_login", "sec_groups"),
      ),
    },
  ),
  environment(
    rule,
    "a user of a configuration file",
    {
      controlPlane: configFile(
        "secure.conf",
        'credentials { uploader { user_key: "${TOKEN}", user_secret: "${TOKEN}" } }',
      ),
    },
    ["error control-plane.yaml:4:42"],
    {
      controlPlane:
        configFile("secure.conf", "credentials.uploader.role: admin") +
        settings(...user("uploader", "user_key", "user_secret")).replace("apiserver:\n", ""),
    },
  ),
  {
    ...environment(
      rule,
      "a single file, which need not be complete",
      { controlPlane: settings(...user("uploader", "user_key")) },
      ["error control-plane.yaml:3:13", "error control-plane.yaml:3:13"],
      { controlPlane: "" },
    ),
    good: { kind: "file", component: "control-plane", text: settings(...user("uploader", "user_key")) },
  },
  environment(
    rule,
    "files of the cluster, which may hold the rest",
    { controlPlane: settings(...user("uploader", "user_key", "user_secret")) },
    ["error control-plane.yaml:3:13"],
    {
      controlPlane: `${settings(...user("uploader", "user_key", "user_secret"))}  existingAdditionalConfigsSecret: server\n`,
    },
  ),
];
