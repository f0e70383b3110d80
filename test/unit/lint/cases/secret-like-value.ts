import { file, type RuleCase } from "./model.ts";

const rule = "secret-like-value";
const RANDOM = "wJalrXUtnFEMIK7MDENGbPxRfiCY";
const env = (name: string, value: string) =>
  `agentk8sglue:\n  extraEnvs:\n    - name: ${name}\n      value: ${value}\n`;

export const cases: readonly RuleCase[] = [
  file(
    rule,
    "control-plane",
    "a key the chart's list does not have",
    `usageAggregator:\n  ingress:\n    apiToken: ${RANDOM}\n`,
    ["warning 3:15"],
    `usageAggregator:\n  ingress:\n    apiToken: \${API_TOKEN}\n    tokenPath: ${RANDOM}\n    etag: ${RANDOM}\n`,
  ),
  file(
    rule,
    "agent",
    "a variable",
    env("AWS_SECRET_ACCESS_KEY", RANDOM),
    ["warning 4:14"],
    env("AWS_SECRET_ACCESS_KEY", "s3-credentials-of-the-agent-1"),
  ),
  file(
    rule,
    "agent",
    "a token, whatever its name",
    env("PIP_INDEX", "https://x:ghp_abcdefghijklmnopqrstuvwxyz0123456789@pypi.example.com"),
    ["warning 4:14"],
    env("PIP_INDEX", "https://x:ghp_short@pypi.example.com"),
  ),
];
