import { file, type RuleCase } from "./model.ts";

const config = (line: string) => `apiserver:
  additionalConfigs:
    services.conf: |
      a: 1
      ${line}
`;

export const cases: readonly RuleCase[] = [
  file(
    "secret-in-text",
    "control-plane",
    "a password of a configuration file",
    config('ldap { password: "kj3h4kj5h6kj" }'),
    ["error 5:24"],
    config('ldap { password: "${LDAP_PASSWORD}" }'),
  ),
  file(
    "secret-in-text",
    "agent",
    "keys of the agent's configuration",
    "clearml:\n  clearmlConfig: |\n    sdk {\n      aws { s3 { secret_key = abc123def456 } }\n    }\n",
    ["error 4:31"],
    "clearml:\n  clearmlConfig: |\n    sdk {\n      aws { s3 { use_credentials_chain = true } }\n    }\n",
  ),
  file(
    "secret-in-text",
    "redis",
    "an old password in a comment",
    "auth:\n  # password: kJ3h4kj5h6kjh3kj4h5\n  password: ${NEW}\n",
    ["warning 2:15"],
    "auth:\n  # password: from the vault\n  password: ${NEW}\n",
  ),
  file(
    "secret-in-text",
    "control-plane",
    "two secrets of one file, on their lines",
    config('b { token: "abc1", c: 1 }\n      d.client_secret = plainword'),
    ["error 5:18", "error 6:25"],
    config('b { token_expiration: "abc1", c: 1, password: "" }\n      # d.client_secret = plainword'),
  ),
  file(
    "secret-in-text",
    "agent",
    "a script that sets a key",
    "agentk8sglue:\n  customBashScript: |\n    export AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCY\n    echo\n",
    ["error 3:34"],
    "agentk8sglue:\n  customBashScript: |\n    export AWS_SECRET_ACCESS_KEY=$FROM_VAULT_0123456789abcdef\n    export TOKEN=my-token-name-of-2024-in-vault\n",
  ),
  file(
    "secret-in-text",
    "control-plane",
    "a secret beside fixed users, whose passwords have a rule of their own",
    config('auth { fixed_users { enabled: false, users: [{ password: "12ab34cd" }] }, secret: "12ab34cd" }'),
    ["error 5:89"],
    config('auth { fixed_users { enabled: false, users: [{ password: "12ab34cd" }] }, secret: "<SECRET>" }'),
  ),
];
