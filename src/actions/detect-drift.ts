import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, count, duration, flag, githubToken, lines, text } from "../core/fields.ts";
import { ASK_ABOUT_RUNS, CHECKOUT } from "../core/token-rights.ts";

export const detectDrift = action({
  name: "detect-drift",
  description:
    "Says what in a cluster is no longer as the files and the releases say, who changed it, and whether an upgrade would put it right",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    tenants: lines(
      "Tenants that are looked at beside the components of the cluster, one per line; `*` for all, `none` for none",
    ).prefault("*"),
    "ignore-file": text(
      "Path of a file with rules for what is not drift, each with a reason and an end",
    ).optional(),
    "fail-on-drift": flag("Whether drift fails the step").prefault("true"),
    issue: choice(
      "Keep one issue of this repository about the drift of the environment: `manage`, or `none`",
      ["none", "manage"],
    ).prefault("none"),
    repair: flag(
      "Put right what an upgrade puts right, through the same plan and apply as a deployment",
    ).prefault("false"),
    "tls-days": count("Days that certificates must be good for at least").prefault("14"),
    managers: lines(
      "Field managers whose additions count as made by people, beside the usual tools; one per line, `*` for any characters",
    ).prefault(""),
    "api-url": text(
      "Address of the ClearML API as the runner reaches it; the public one when left out",
    ).optional(),
    timeout: duration("With `repair`, how long to wait for one component to become ready").prefault("10m"),
    "lock-timeout": duration(
      "With `repair`, how long to wait for a deployment of the same environment to end",
    ).prefault("5m"),
    "github-token": githubToken("Token to keep the issue (`issues: write`)"),
  }),
  outputs: z.object({
    drifted: z.boolean().meta({ description: "Whether anything has drifted, beside what is ignored" }),
    complete: z.boolean().meta({ description: "Whether everything in scope could be looked at" }),
    report: z.string().meta({ description: "Path of the report (JSON)" }),
    "issue-number": z.number().meta({ description: "Number of the issue, with `issue: manage`" }),
  }),
  permissions: [
    CHECKOUT,
    { scope: "issues", access: "write", why: "keep the issue about the drift", when: "with `issue: manage`" },
    { ...ASK_ABOUT_RUNS, when: `with \`repair\`, ${ASK_ABOUT_RUNS.when}` },
  ],
  examples: [
    { does: "Say what has drifted; exit code 1 when something has", inputs: {} },
    { does: "Put right what an upgrade puts right", inputs: { repair: true } },
  ],
  async run(inputs, context, outputs) {
    const { detectDrift: detect } = await import("../drift/run.ts");
    const options = {
      config: inputs.config,
      tenants: inputs.tenants,
      ignoreFile: inputs["ignore-file"],
      failOnDrift: inputs["fail-on-drift"],
      issue: inputs.issue,
      repair: inputs.repair,
      tlsDays: inputs["tls-days"],
      managers: inputs.managers,
      apiUrl: inputs["api-url"],
      timeoutMs: inputs.timeout,
      lockTimeoutMs: inputs["lock-timeout"],
      githubToken: inputs["github-token"],
    };
    await detect(options, context, ({ issueNumber, ...known }) => {
      Object.assign(outputs, known, issueNumber === undefined ? {} : { "issue-number": issueNumber });
    });
    return undefined;
  },
});
