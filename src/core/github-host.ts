import { tmpdir } from "node:os";
import * as core from "@actions/core";
import type { Problem } from "./errors.ts";
import type { Host, Level } from "./host.ts";
import { withoutCommands } from "./printed.ts";

/** The host of a step in a GitHub workflow: inputs from `INPUT_*`, workflow commands on stdout. */
export function githubHost(): Host {
  return {
    kind: "github",
    env: process.env,
    tempRoot: process.env.RUNNER_TEMP ?? tmpdir(),
    input: (name) => core.getInput(name) || undefined,
    announceSecret: (value) => core.setSecret(value),
    line: (text) => core.info(withoutCommands(text)),
    debug: (text) => core.debug(text),
    openGroup: (title) => core.startGroup(title),
    closeGroup: () => core.endGroup(),
    annotate,
    async summary(markdown) {
      // Outside a workflow (a local dry run of the bundle) there is no file to write to.
      if (!process.env.GITHUB_STEP_SUMMARY) return;
      await core.summary.addRaw(markdown, true).write();
    },
    outputs(values) {
      for (const [name, value] of Object.entries(values)) core.setOutput(name, value);
    },
    saveState: (name, value) => core.saveState(name, value),
    readState: (name) => core.getState(name),
    exportVariable: (name, value) => core.exportVariable(name, value),
    addPath: (folder) => core.addPath(folder),
  };
}

function annotate(level: Level, problem: Problem, title?: string): void {
  const text = problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
  const properties = {
    ...(title ? { title } : {}),
    ...(problem.at
      ? {
          file: problem.at.file,
          startLine: problem.at.line,
          startColumn: problem.at.column,
          ...(problem.at.endLine ? { endLine: problem.at.endLine } : {}),
          ...(problem.at.endColumn ? { endColumn: problem.at.endColumn } : {}),
        }
      : {}),
  };
  const write = { error: core.error, warning: core.warning, info: core.notice }[level];
  write(text, properties);
}
