import { environment, file, type RuleCase } from "./model.ts";

/** A variable of the API server. */
const setting = (name: string, value: string) => `apiserver:
  extraEnvs:
    - name: ${name}
      value: ${value}
`;
const EMAIL = "CLEARML__secure__credentials__supervisor__email";
const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";
const SECRET = "CLEARML__secure__credentials__supervisor__user_secret";
const URL = "CLEARML__services__login__sso__oauth_client__auth0__base_url";

export const SETTINGS_CASES: readonly RuleCase[] = [
  file(
    "env-email-unquoted",
    "control-plane",
    "an address without inner quotes",
    setting(EMAIL, "ops@ml.example.com"),
    ["error 4:14"],
    setting(EMAIL, "'\"ops@ml.example.com\"'"),
  ),
  environment(
    "env-email-unquoted",
    "an address that a variable brings",
    { controlPlane: setting(EMAIL, "${MAIL}") },
    ["error control-plane.yaml:4:14"],
    { controlPlane: setting(EMAIL, "'\"${MAIL}\"'") },
  ),
  file(
    "env-list-shape",
    "control-plane",
    "items without brackets",
    setting(GROUPS, "users,admins"),
    ["error 4:14"],
    setting(GROUPS, "'[users, \"admins\"]'"),
  ),
  file(
    "env-list-shape",
    "control-plane",
    "single quotes around the items",
    setting(GROUPS, "\"['users']\""),
    ["error 4:14"],
    setting("CLEARML__HOSTS__KAFKA__BILLING__HOST", '"[kafka.billing:9092]"'),
  ),
  file(
    "env-list-shape",
    "control-plane",
    "a word alone",
    setting("CLEARML__hosts__kafka__billing__host", "kafka:9092"),
    ["error 4:14"],
    setting("CLEARML__hosts__redis__billing__host", "redis"),
  ),
  environment(
    "env-list-shape",
    "a list that a variable breaks",
    { controlPlane: setting(GROUPS, "${LIST}") },
    ["error control-plane.yaml:4:14"],
    { controlPlane: setting(GROUPS, "'[${LIST}]'") },
  ),
  file(
    "env-reserved-char",
    "control-plane",
    "a query in a URL",
    setting(URL, "https://auth.example.com/x?a=b"),
    ["error 4:14"],
    setting(URL, "https://auth.example.com/x"),
  ),
  file(
    "env-reserved-char",
    "control-plane",
    "escaped quotes within single quotes",
    setting(URL, `'\\"x\\"'`),
    ["error 4:14"],
    setting(URL, `'"x?y"'`),
  ),
  file(
    "env-hash-truncates",
    "control-plane",
    "a hash",
    setting(URL, "'https://auth.example.com/#/login'"),
    ["error 4:14"],
    setting(URL, `'"https://auth.example.com/#/login"'`),
  ),
  file(
    "env-hash-truncates",
    "control-plane",
    "two slashes after a blank",
    setting(URL, "'a // b'"),
    ["error 4:14"],
    setting(URL, "a//b"),
  ),
  file(
    "env-substitution",
    "control-plane",
    "a literal substitution",
    setting(URL, "'https://$${yourOktaDomain}/x'"),
    ["error 4:14"],
    setting(URL, `'"https://$\${yourOktaDomain}/x"'`),
  ),
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
  file(
    "literal-secret-in-git",
    "control-plane",
    "a password within a URI",
    "externalServices:\n  mongodbConnectionStringAuth: mongodb://clearml:hunter22@mongo:27017/auth\n",
    ["error 2:32"],
    "externalServices:\n  mongodbConnectionStringAuth: mongodb://mongo:27017/auth\n",
  ),
  file(
    "literal-secret-in-git",
    "control-plane",
    "a token",
    "imageCredentials:\n  password: dckr_pat_abcdefghijklmnop\n",
    ["error 2:13"],
    "imageCredentials:\n  username: allegroaienterprise\n  password: ${TOKEN}\n",
  ),
  file(
    "literal-secret-in-git",
    "control-plane",
    "a secret among settings",
    setting(SECRET, "abcdefghijklmnopqrstuvwxyz012345"),
    ["error 4:14"],
    "apiserver:\n  extraEnvs:\n    - name: CLEARML__secure__credentials__supervisor__user_secret\n      valueFrom: { secretKeyRef: { name: a, key: b } }\n",
  ),
  file(
    "literal-secret-in-git",
    "agent",
    "the password of an agent's Redis",
    "agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_AGENT_REDIS_PASSWORD\n      value: hunter22hunter22\n",
    ["error 4:14"],
    "agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_AGENT_REDIS_HOST\n      value: redis-master.redis-shared\n",
  ),
];
