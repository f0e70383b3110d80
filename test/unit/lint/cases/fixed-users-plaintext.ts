import { configFile } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const rule = "fixed-users-plaintext";
const users = (more: string, password: string) =>
  configFile(
    "apiserver.conf",
    `# pass_hashed: true\nauth {\n  fixed_users {\n    enabled: true\n    ${more}\n    users: [\n      { username: "jane", password: ${password}, name: "Jane" },\n    ]\n  }\n}`,
  );

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a password as it is",
    users("pass_hashed: false", '"12345678"'),
    ["warning 8:24"],
    users("pass_hashed: false", '"${JANE}"'),
  ),
  file(
    rule,
    "control-plane",
    "a password as it is, which is the default",
    users("", '"12345678"'),
    ["warning 10:43"],
    users("pass_hashed: true", '"$2b$12$abcdefghijklmnopqrstuv"'),
  ),
  file(
    rule,
    "control-plane",
    "a hash without quotes",
    users("pass_hashed: true", "$2b$12$abcdefghijklmnopqrstuv"),
    ["error 10:43"],
    users("enabled: false", '"12345678"'),
  ),
  environment(
    rule,
    "fixed users beside tenants",
    { controlPlane: users("pass_hashed: false", '"12345678"') },
    ["warning control-plane.yaml:8:24"],
    { controlPlane: configFile("apiserver.conf", 'auth { users: [{ password: "12345678" }] }') },
  ),
];
