import { file, type RuleCase } from "./model.ts";

const RULE = "doc-marker";

export const cases: readonly RuleCase[] = [
  file(
    RULE,
    "agent",
    "dollars of a draft",
    "agentk8sglue:\n  defaultContainerImage: $$$$$$python:3.12\n",
    ["info 2:26"],
    "agentk8sglue:\n  defaultContainerImage: python:3.12\n  customBashScript: echo $$\n",
  ),
  file(
    RULE,
    "agent",
    "a note for a value",
    'agentk8sglue:\n  defaultContainerImage: "TODO: link"\n',
    ["info 2:26"],
    "agentk8sglue:\n  defaultContainerImage: todo-app:1.0\n",
  ),
  file(
    RULE,
    "agent",
    "a note beside a value",
    'agentk8sglue:\n  replicaCount: 1 # TODO raise\n  defaultContainerImage: "a:1"   # FIXME\n',
    ["info 2:17", "info 3:26"],
    "# TODO raise\nagentk8sglue:\n  # TODO raise\n  replicaCount: 1 # one is enough\n  defaultContainerImage: a:1#TODO\n  customBashScript: |\n    echo # TODO\n",
  ),
  file(
    RULE,
    "agent",
    "a note beside a list in brackets, and beside what is a placeholder anyway",
    'clearml:\n  agentk8sglueKey: "-" # TODO\n  extraIndexUrl: https://<HOST> # TODO\nagentk8sglue:\n  image: { tag: "1.24" } # TODO\n',
    ["info 5:17"],
    'agentk8sglue:\n  image: { tag: "1.24" } # done\n',
  ),
  file(
    RULE,
    "agent",
    "what a switched-off feature would use",
    "sessions:\n  portModeEnabled: true\n  agentID: a # TODO\n",
    ["info 3:12"],
    "sessions:\n  portModeEnabled: false\n  agentID: a # TODO\n",
  ),
];
