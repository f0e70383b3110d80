import { environment, file, type RuleCase } from "./model.ts";

const SLUG = "monitored-resource-field";
const agent = (field: string, first: string, second: string, most = 3) => `agentk8sglue:
  monitoredResources:
    maxResources: ${most}
    minResourcesFieldName: "${field}"
    maxResourcesFieldName: "${field}"
  queues:
    first:
      templateOverrides: ${first}
    second:
      templateOverrides: ${second}
`;
const LABEL = "metadata|labels|required-resources";
const GPU = "resources|limits|nvidia.com/gpu";
const label = (text: string) => `{ labels: { required-resources: "${text}" } }`;

export const cases: readonly RuleCase[] = [
  environment(
    SLUG,
    "a queue without the label",
    { agent: agent(LABEL, label("1"), "{}") },
    ["warning tenants/acme/agent.yaml:9:5"],
    { agent: agent(LABEL, label("1"), label("0.5")) },
  ),
  environment(
    SLUG,
    "no queue with the resource",
    { agent: agent(GPU, "{}", "{}") },
    ["warning tenants/acme/agent.yaml:7:5", "warning tenants/acme/agent.yaml:9:5"],
    { agent: agent(GPU, "{ resources: { limits: { nvidia.com/gpu: 1 } } }", "{}") },
  ),
  file(
    SLUG,
    "agent",
    "a label that is a word",
    agent(LABEL, label("1"), label("half")),
    ["warning 10:58"],
    agent(LABEL, label("1"), label("half"), 0),
  ),
];
