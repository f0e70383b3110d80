import { environment, file, type RuleCase } from "./model.ts";

const ENV =
  'agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY\n      value: "1"\n';
const QUEUES =
  "agentk8sglue:\n  queues:\n    default: { templateOverrides: {}, queueSettings: { maxPods: 3 } }\n";
const sessions = (isOn: boolean) => `sessions:\n  portModeEnabled: ${isOn}\n  externalIP: 10.0.0.1\n`;

export const cases: readonly RuleCase[] = [
  file(
    "port-mode-conflict",
    "agent",
    "on request, and off",
    ENV + sessions(false),
    ["info 3:7"],
    // Another file may switch it on.
    ENV,
  ),
  environment(
    "port-mode-conflict",
    "on request, and never on",
    { agent: ENV },
    ["info tenants/acme/agent.yaml:3:7"],
    { agent: ENV + sessions(true) },
  ),
  file(
    "port-mode-conflict",
    "agent",
    "a limit that nobody looks at",
    QUEUES + sessions(true),
    ["info 5:20"],
    QUEUES + sessions(false),
  ),
];
