import { findWithin } from "../../facts/entry-text.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** What the agent puts in for `{name}`. */
const FIELDS = new Set([
  "task_id",
  "extra_bash_init_cmd",
  "extra_docker_bash_script",
  "default_execution_agent_args",
  "agent_install_args",
]);

export const bashScriptFormat: Rule = {
  id: "L108",
  slug: "bash-script-format",
  severity: "error",
  about:
    "The start script of task pods has braces that the agent takes for its own, or does not start the task.",
  why: "`containerCustomBashScript` is a format string of Python: `{task_id}` and its like are put in, a brace that is meant for the shell is doubled (`{{1..5}}`), and a lone one makes the agent fail at every task. It may hold ASCII only. The script has to end with `clearml_agent execute … --id {task_id}`, or pods end without having run anything.",
  components: ["agent", "control-plane"],
  *check(release) {
    for (const entry of release.entries) {
      const { path, text, leftover } = entry;
      if (path.at(-1) !== "containerCustomBashScript" || !text?.trim() || leftover) continue;
      const hit = isInert(release, path) ? undefined : hitFor(entry, text);
      if (hit) yield hit;
    }
  },
};

function hitFor(entry: Entry, text: string): Hit | undefined {
  const place = (pattern: RegExp) => findWithin(entry.layer.source, entry.at(), pattern) ?? entry.at();
  const brace = strayBrace(text);
  if (brace !== undefined)
    return {
      message: `\`${brace}\` is taken for a field of the agent, which does not know it`,
      hint: `double the braces: \`${brace.replace(/[{}]/g, "$&$&")}\``,
      at: place(new RegExp(literal(brace))),
    };
  const foreign = /[^\p{ASCII}]/u.exec(text)?.[0];
  if (foreign !== undefined)
    return {
      message: `\`${foreign}\` is not ASCII, and the agent cannot pass it on`,
      hint: "write the script in ASCII",
      at: place(new RegExp(literal(foreign))),
    };
  if (!/clearml_agent\s+execute\b/.test(text))
    return {
      message: "the script never starts the task",
      hint: "end it with `$LOCAL_PYTHON -m clearml_agent execute {default_execution_agent_args} --id {task_id}`",
      at: entry.at("key"),
    };
  return text.includes("{task_id}")
    ? undefined
    : {
        message: "the script does not say which task to start",
        hint: "add `--id {task_id}` to `clearml_agent execute`",
        at: place(/clearml_agent\s+execute/),
      };
}

/** The first brace that is neither doubled nor around a known name, with what it encloses. */
function strayBrace(text: string): string | undefined {
  for (const [found, name] of text.matchAll(/\{\{|\}\}|\{([^{}\n]*)\}|[{}]/g)) {
    if (found === "{{" || found === "}}" || (name !== undefined && FIELDS.has(name))) continue;
    return found;
  }
  return undefined;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
