import { setting } from "../server-settings.ts";
import { environment, file, type RuleCase } from "./model.ts";

const SECRET = "CLEARML__secure__credentials__supervisor__user_secret";

export const cases: readonly RuleCase[] = [
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
  environment(
    "literal-secret-in-git",
    "a secret through a variable of the environment",
    { controlPlane: "clearml: { apiserverSecret: '${MAIL}' }\n" },
    ["error control-plane.yaml:1:29"],
    { controlPlane: "clearml: { apiserverSecret: '${TOKEN}' }\n" },
  ),
  file(
    "literal-secret-in-git",
    "redis",
    "what is published has a rule of its own",
    "auth:\n  password: sdkWoq24\n",
    ["error 2:13"],
    "auth:\n  password: sdkWoq23\n",
  ),
];
