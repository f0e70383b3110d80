import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "tls-verify-off",
    "agent",
    "an agent",
    "agentk8sglue:\n  clearmlcheckCertificate: false\n",
    ["warning 2:28"],
    "agentk8sglue:\n  clearmlcheckCertificate: true\n",
  ),
  file(
    "tls-verify-off",
    "task-traffic-router",
    "a router",
    "clearml:\n  sslVerify: false\n",
    ["warning 2:14"],
    "clearml:\n  sslVerify: true\n",
  ),
  file(
    "tls-verify-off",
    "agent",
    "a variable",
    'agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_API_HOST_VERIFY_CERT\n      value: "0"\n',
    ["warning 4:14"],
    'agentk8sglue:\n  extraEnvs:\n    - name: CLEARML_API_HOST_VERIFY_CERT\n      value: "1"\n',
  ),
];
