import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, duration, lines, text } from "../core/fields.ts";
import { ASK_ABOUT_RUNS, CHECKOUT, PLAN_COMMENT } from "../core/token-rights.ts";
import { DEPLOYMENT_INPUTS, deploymentOptions } from "../deploy/inputs.ts";

export const deployControlPlane = action({
  name: "deploy-control-plane",
  description:
    "Plans, installs and upgrades the cluster-wide ClearML components in the order they need, and recovers from runs that were killed",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    mode: choice(
      "What to do: `plan` says what would be done and writes nothing, `apply` brings the cluster to what the file says",
      ["plan", "apply"],
    ).prefault("apply"),
    components: lines("Only these components, one per line; all when left out").prefault(""),
    "on-failure": choice(
      "After a failure: `stop` leaves everything for you to look at, `failed` rolls the failed releases back, `group` all that this run has touched",
      ["stop", "failed", "group"],
    ).prefault("stop"),
    "api-url": text(
      "Address of the API server as the runner reaches it, for the applications; the public one when left out",
    ).optional(),
    timeout: duration("How long to wait for one component to become ready").prefault("10m"),
    "lock-timeout": duration(
      "How long to wait for another run of the same environment to end, before giving up with exit code 75",
    ).prefault("5m"),
    ...DEPLOYMENT_INPUTS,
  }),
  outputs: z.object({
    changed: z.boolean().meta({
      description: "Whether anything in the cluster was changed; with `mode: plan`, whether it would be",
    }),
    plan: z.string().meta({ description: "Path of the plan file that was written" }),
    releases: z.array(z.record(z.string(), z.unknown())).meta({
      description: "JSON list of the releases: component, namespace, release, action, version, revision",
    }),
    evidence: z.string().meta({
      description: "Folder with events, logs and states of what failed, for `upload-artifact`",
    }),
    "api-url": z.string().meta({ description: "Address of the ClearML API server" }),
    "app-url": z.string().meta({ description: "Address of the ClearML web application" }),
    "files-url": z.string().meta({ description: "Address of the ClearML file server" }),
  }),
  permissions: [CHECKOUT, ASK_ABOUT_RUNS, PLAN_COMMENT],
  examples: [
    { does: "Say what would be done", inputs: { mode: "plan" } },
    { does: "Do it", inputs: {} },
    { does: "Do exactly an approved plan", inputs: { plan: "plan.json" } },
  ],
  async run(inputs, context, outputs) {
    const { deployControlPlane: deploy } = await import("../deploy/control-plane.ts");
    const options = {
      config: inputs.config,
      mode: inputs.mode,
      components: inputs.components,
      ...deploymentOptions(inputs),
      apiUrl: inputs["api-url"],
      timeoutMs: inputs.timeout,
    };
    await deploy(options, context, ({ addresses, releases, ...known }) => {
      Object.assign(outputs, known);
      if (releases) outputs.releases = [...releases];
      if (!addresses) return;
      outputs["api-url"] = addresses.api;
      outputs["app-url"] = addresses.app;
      outputs["files-url"] = addresses.files;
    });
    return undefined;
  },
});
