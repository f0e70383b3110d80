import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, lines, text } from "../core/fields.ts";
import { lint } from "../lint/run.ts";

export const lintOverrides = action({
  name: "lint-overrides",
  description:
    "Checks a ClearML environment and its override files without a cluster: keys, types, and the traps of ClearML's charts",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    files: lines(
      "Lint these values files alone, without an environment file: `path=component`, one per line",
    ).prefault(""),
    "fail-on": choice("Least severity that fails the step; what the environment file says when left out", [
      "error",
      "warning",
      "never",
    ]).optional(),
  }),
  outputs: z.object({
    errors: z.number().meta({ description: "Number of errors" }),
    warnings: z.number().meta({ description: "Number of warnings" }),
    findings: z.string().meta({ description: "Path of a JSON file with all findings" }),
  }),
  async run(inputs, context, outputs) {
    const { config, files, "fail-on": failOn } = inputs;
    const asked = { config, files, ...(failOn ? { failOn } : {}) };
    await lint(asked, process.cwd(), context, (found) => Object.assign(outputs, found));
    return undefined;
  },
});
