import { environmentWith } from "../support.ts";
import { environment, file, files, type RuleCase } from "./model.ts";

const RULE = "pull-secret-key";
const secrets = (key: string) => `imageCredentials:\n  ${key}:\n    - name: registry\n`;
const named = "imageCredentials:\n  existingSecret: registry\n  password: ${TOKEN}\n";
const community = (overrides: string) =>
  environmentWith(
    "control-plane: { version: 7.14.4, overrides: [a.yaml] }",
    { "a.yaml": overrides },
    "community",
  );

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "agent",
    "the server's list for the agent",
    secrets("existingImagePullSecrets"),
    ["warning 2:3"],
    secrets("extraImagePullSecrets"),
  ),
  file(
    RULE,
    "app-gateway",
    "the agent's list for the gateway",
    secrets("extraImagePullSecrets"),
    ["warning 2:3"],
    secrets("existingImagePullSecrets"),
  ),
  file(
    RULE,
    "agent",
    "the server's list beside the key of an edition nobody named",
    "imageCredentials:\n  existingSecret: registry\n  existingImagePullSecrets:\n    - name: registry\n",
    ["warning 3:3"],
    "imageCredentials:\n  existingSecret: registry\n",
  ),
  environment(
    RULE,
    "the public key in an enterprise chart",
    { controlPlane: named },
    ["warning control-plane.yaml:2:3"],
    {
      controlPlane: named.replace("registry", '""'),
    },
  ),
  files(
    RULE,
    "an enterprise list in a public chart",
    community(secrets("existingImagePullSecrets")),
    ["warning a.yaml:2:3"],
    community("imageCredentials:\n  existingSecret: registry\n"),
  ),
];
