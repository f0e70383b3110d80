import { file, type RuleCase } from "./model.ts";

const rule = "secret-like-value";
/** In two parts, so that scanners for secrets stay quiet about this file. */
const TOKEN = ["ghp", "abcdefghijklmnopqrstuvwxyz0123456789"].join("_");
const PUBLISHED = ["2oGujVFhPfaozhpuz2GzQfA5OyxmM", "sR3WVJpsCR5hrgHFs20PO"].join("");
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
    env("PIP_INDEX", `https://x:${TOKEN}@pypi.example.com`),
    ["warning 4:14"],
    env("PIP_INDEX", "https://x:ghp_short@pypi.example.com"),
  ),
  file(
    rule,
    "agent",
    "a text with a secret by name, and places of secrets that other rules judge",
    env("ACCESS_TOKEN", RANDOM),
    ["warning 4:14"],
    env("ACCESS_TOKEN", `\${TOKEN}${RANDOM}`),
  ),
  file(
    rule,
    "control-plane",
    "what is published has a rule of its own",
    `usageAggregator:\n  ingress:\n    apiSecret: ${PUBLISHED}1\n`,
    ["warning 3:16"],
    `usageAggregator:\n  ingress:\n    apiSecret: ${PUBLISHED}\n`,
  ),
];
