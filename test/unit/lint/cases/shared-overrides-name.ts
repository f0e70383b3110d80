import { environmentWith } from "../support.ts";
import { file, files, type RuleCase } from "./model.ts";

const RULE = "shared-overrides-name";
const redis = (overrides: string) =>
  environmentWith("redis: { version: 17.8.3, overrides: [common.yaml, overrides.yaml] }", {
    "common.yaml": "global: { imageRegistry: a.example }\nimageCredentials: {}\n",
    "overrides.yaml": overrides,
  });

export const cases: readonly RuleCase[] = [
  files(
    RULE,
    "the GPU operator's file for Redis",
    redis("migManager: { enabled: false }\nmig: { strategy: mixed }\n"),
    ["warning clearml.yaml:8:54"],
    redis("auth: { password: '${TOKEN}' }\n"),
  ),
  file(
    RULE,
    "app-gateway",
    "the agent's file for the gateway",
    "imageCredentials:\n  email: a@b.example\nclearml:\n  agentk8sglueKey: ${A}\nagentk8sglue:\n  createQueues: true\n",
    ["warning 3:1"],
    "clearml:\n  apiKey: ${A}\nagentk8sglue:\n  createQueues: true\n",
  ),
  file(
    RULE,
    "control-plane",
    "the gateway's file for the server",
    "clearml:\n  apiKey: ${A}\ningress:\n  enabled: true\n  hostName: a.example.com\n",
    ["warning 1:1"],
    "unheardOf:\n  apiKey: ${A}\ningress:\n  enabled: true\n  hostName: a.example.com\n",
  ),
  file(
    RULE,
    "platform-management",
    "the file of Redis where nothing of it is known, and where nothing is known at all",
    "auth: { password: '${A}' }\n",
    ["warning 1:1"],
    "clearml: { apiKey: '${A}' }\n",
  ),
  file(
    RULE,
    "redis",
    "the shared Redis of the server",
    "clearml:\n  cookieDomain: a.example\n",
    ["warning 1:1"],
    "master:\n  anything: a\n",
  ),
];
