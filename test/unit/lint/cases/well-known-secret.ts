import { setting } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const SECRET = "CLEARML__secure__credentials__supervisor__user_secret";

export const cases: readonly RuleCase[] = [
  file(
    "well-known-secret",
    "control-plane",
    "a word that is only published as a password",
    "imageCredentials:\n  password: pwd\n",
    ["warning 2:13"],
    "imageCredentials:\n  username: my_password\n",
  ),
  file(
    "well-known-secret",
    "redis",
    "the password of a guide",
    "auth:\n  password: sdkWoq23\n",
    ["warning 2:13"],
    "auth:\n  password: ${REDIS_PASSWORD}\n",
  ),
  environment(
    "well-known-secret",
    "the key of the public chart, deployed",
    { controlPlane: "clearml: { apiserverKey: GGS9F4M6XB2DXJ5AFT9F }\n" },
    ["error control-plane.yaml:1:26"],
    { controlPlane: "clearml: { apiserverKey: '${TOKEN}' }\n" },
  ),
  file(
    "well-known-secret",
    "control-plane",
    "a password within a configuration file",
    'apiserver:\n  additionalConfigs:\n    a.conf: |\n      users: [\n        { password: "my_password" }\n      ]\n',
    ["warning 3:13"],
    'apiserver:\n  additionalConfigs:\n    a.conf: |\n      users: [\n        { username: "my_password" }\n      ]\n',
  ),
  file(
    "well-known-secret",
    "control-plane",
    "a quoted setting",
    setting(SECRET, `'"MyStrongPassword123"'`),
    ["warning 4:14"],
    setting(SECRET, `'"\${SUPERVISOR_SECRET}"'`),
  ),
];
