import { file, type RuleCase } from "./model.ts";

const SLUG = "bash-script-format";
const agent = (...lines: string[]) =>
  `agentk8sglue:\n  containerCustomBashScript: |\n${lines.map((line) => `    ${line}\n`).join("")}`;
const START = "$LOCAL_PYTHON -m clearml_agent execute {default_execution_agent_args} --id {task_id}";

export const cases: readonly RuleCase[] = [
  file(
    SLUG,
    "agent",
    "braces of the shell",
    agent("export LOCAL_PYTHON=python3", "for i in {1..5}; do echo $i; done", START),
    ["error 4:14"],
    agent("{extra_bash_init_cmd}", "for i in {{1..5}}; do echo $i; done", START),
  ),
  file(SLUG, "agent", "a lone brace", agent("echo }", START), ["error 3:10"], agent("echo }}", START)),
  file(SLUG, "agent", "a dash of print", agent("echo –", START), ["error 3:10"], agent("echo -", START)),
  file(
    SLUG,
    "agent",
    "a task that is never started",
    agent("echo done"),
    ["error 2:3"],
    'agentk8sglue:\n  containerCustomBashScript: ""\n  customBashScript: "for i in {1..5}; do echo $i; done"\n',
  ),
  file(
    SLUG,
    "control-plane",
    "a task without its id",
    "clearmlApplications:\n  containerCustomBashScript: |\n    python3 -m clearml_agent execute\n",
    ["error 3:16"],
    "clearmlApplications:\n  containerCustomBashScript: |\n    python3 -m clearml_agent execute --id {task_id}\n",
  ),
];
