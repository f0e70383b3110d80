import type { RuleCase } from "./model.ts";
import { rendered } from "./model.ts";

const good = { text: "" };

export const cases: readonly RuleCase[] = [
  rendered(
    "render-failed",
    "agent",
    "a value that a template asks for by name",
    { agent: "clearml:\n  agentk8sglueKey: ''\n" },
    {
      text: "",
      refusal:
        "Error: execution error at (clearml-enterprise-agent/templates/agent.yaml:5:28): clearml.agentk8sglueKey is required\n\nUse --debug flag to render out invalid YAML\n",
    },
    ["error tenants/acme/agent.yaml:2:20"],
    good,
  ),
  rendered(
    "render-failed",
    "agent",
    "a map that is missing, in the words of Helm 3",
    { agent: "agentk8sglue:\n  queues: ~\n" },
    {
      text: "",
      refusal:
        'Error: template: c/templates/a.yaml:6:28: executing "c/templates/a.yaml" at <include "h" .>: error calling include: template: c/templates/_h.tpl:1:26: executing "h" at <.Values.agentk8sglue.queues.default.x>: nil pointer evaluating interface {}.default\n',
    },
    ["error tenants/acme/agent.yaml:2:11"],
    good,
  ),
  rendered(
    "render-failed",
    "agent",
    "YAML broken by a value that Helm does not name: the component",
    { agent: "agentk8sglue: { createQueues: true }\n" },
    {
      text: "",
      refusal:
        "Error: YAML parse error on c/templates/a.yaml: error converting YAML to JSON: yaml: line 7: mapping values are not allowed in this context\n",
    },
    ["error tenants/acme.yaml:4:3"],
    // A registry that does not answer says nothing about the values.
    {
      text: "",
      refusal:
        'Error: looks like "https://charts.example.com" is not a valid chart repository or cannot be reached: connection refused\n',
    },
  ),
];
