import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, flag, lines, secret, text } from "../core/fields.ts";
import { CHECKOUT } from "../core/token-rights.ts";

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
    "changed-since": text(
      "Git reference, such as origin/main: report only what has to do with changes since; needs the history",
    ).optional(),
    render: choice(
      "Whether to render the charts and check what they print: `auto` those that can be had without network, `true` all, also those of the checkout",
      ["auto", "true", "false"],
    ).prefault("auto"),
    cluster: flag("Hold the files against the cluster of the kubeconfig too; only reads").prefault("false"),
    fix: flag("Write the repairs that cannot change what was meant into the files").prefault("false"),
    baseline: text(
      "Path of a findings file of an earlier run: what is in it is counted, but neither shown nor failing",
    ).optional(),
    suggest: flag(
      "Suggest the repairs in the pull request, on the lines it changes; needs `github-token`",
    ).prefault("false"),
    "github-token": secret("Token for `suggest`; the job needs `pull-requests: write`").optional(),
    "sarif-file": text("Path to write the findings to as SARIF, for code scanning").optional(),
  }),
  outputs: z.object({
    errors: z.number().meta({ description: "Number of errors" }),
    warnings: z.number().meta({ description: "Number of warnings" }),
    findings: z.string().meta({ description: "Path of a JSON file with all findings" }),
    "sarif-file": z.string().meta({ description: "Path of the SARIF file, where the input asks for one" }),
    fixed: z.number().meta({ description: "Number of repairs that were written" }),
  }),
  permissions: [
    CHECKOUT,
    {
      scope: "pull-requests",
      access: "write",
      why: "suggest repairs in the pull request",
      when: "with `suggest`",
    },
    {
      scope: "security-events",
      access: "write",
      why: "upload the SARIF file with `github/codeql-action/upload-sarif`",
      when: "with `sarif-file`, for that step",
    },
  ],
  examples: [
    { does: "Check clearml.yaml and everything it names", inputs: {} },
    {
      does: "Check two values files alone",
      inputs: { files: ["values/redis.yaml=redis", "values/agent.yaml=agent"] },
    },
    { does: "Write the repairs that cannot change what was meant", inputs: { fix: true } },
  ],
  async run(inputs, context, outputs) {
    const { lint } = await import("../lint/run.ts");
    const asked = {
      ...inputs,
      failOn: inputs["fail-on"],
      changedSince: inputs["changed-since"],
      sarifFile: inputs["sarif-file"],
      githubToken: inputs["github-token"],
    };
    await lint(asked, process.cwd(), context, (found) => Object.assign(outputs, found));
    return undefined;
  },
});
