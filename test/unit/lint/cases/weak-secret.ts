import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "weak-secret",
    "control-plane",
    "one secret for two purposes",
    "clearml:\n  apiserverKey: ${ONE}\n  apiserverSecret: ${ONE}\n",
    ["warning 3:20"],
    "clearml:\n  apiserverKey: ${ONE}\n  apiserverSecret: ${TWO}\n",
  ),
  file(
    "weak-secret",
    "control-plane",
    "a key that is its secret, among settings",
    `apiserver:
  extraEnvs:
    - name: CLEARML__secure__credentials__supervisor__user_key
      value: '"\${ONE}"'
    - name: CLEARML__secure__credentials__supervisor__user_secret
      value: \${ONE}
`,
    ["warning 6:14"],
    `apiserver:
  extraEnvs:
    - name: CLEARML__secure__credentials__supervisor__user_key
      value: '"\${ONE}"'
    - name: CLEARML__secure__credentials__supervisor__USER_KEY
      value: '"\${ONE}"'
`,
  ),
  file(
    "weak-secret",
    "app-gateway",
    "a key that is its secret",
    "clearml:\n  apiKey: ${ONE}\n  apiSecret: ${ONE}\n",
    ["warning 3:14"],
    "clearml:\n  apiKey: ${ONE}\n  apiSecret: ${TWO}\n",
  ),
  {
    ...file(
      "weak-secret",
      "redis",
      "a password that is short, and one of few characters",
      "auth:\n  password: kitten42\n",
      ["warning 2:13"],
      "auth:\n  password: ${ONE}\n",
    ),
    good: { kind: "file", component: "redis", text: "global: { imageRegistry: ab }\n" },
  },
  file(
    "weak-secret",
    "agent",
    "a long text of few characters",
    "clearml:\n  agentk8sglueSecret: abababababababababababab\n",
    ["warning 2:23"],
    "imageCredentials:\n  password: ${ONE}\nclearml:\n  agentk8sglueSecret: ${TWO}\n",
  ),
  file(
    "weak-secret",
    "redis",
    "what is published has a rule of its own",
    "auth:\n  password: sdkWoq24\n",
    ["warning 2:13"],
    "auth:\n  password: sdkWoq23\n",
  ),
  file(
    "weak-secret",
    "control-plane",
    "one database for two addresses is no second purpose",
    "redis: { auth: { password: '${ONE}' } }\nmongodb: { auth: { rootPassword: '${ONE}' } }\n",
    ["warning 2:34"],
    "externalServices: { mongodbConnectionStringAuth: '${ONE}', mongodbConnectionStringBackend: '${ONE}' }\n",
  ),
];
