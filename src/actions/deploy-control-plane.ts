import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, duration, lines, text } from "../core/fields.ts";
import { deployControlPlane as deploy } from "../deploy/control-plane.ts";

export const deployControlPlane = action({
  name: "deploy-control-plane",
  description:
    "Installs or upgrades the cluster-wide ClearML components in the order they need, and waits until they are ready",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    mode: choice("What to do: `apply` brings the cluster to what the file says", ["apply"]).prefault("apply"),
    components: lines("Only these components, one per line; all when left out").prefault(""),
    timeout: duration("How long to wait for one component to become ready").prefault("10m"),
  }),
  outputs: z.object({
    changed: z.boolean().meta({ description: "Whether anything in the cluster was changed" }),
    releases: z.array(z.record(z.string(), z.unknown())).meta({
      description: "JSON list of the releases: component, namespace, release, action, version, revision",
    }),
    "api-url": z.string().meta({ description: "Address of the ClearML API server" }),
    "app-url": z.string().meta({ description: "Address of the ClearML web application" }),
    "files-url": z.string().meta({ description: "Address of the ClearML file server" }),
  }),
  async run(inputs, context, outputs) {
    const { config, components, timeout } = inputs;
    await deploy({ config, components, timeoutMs: timeout }, context, ({ changed, releases, addresses }) => {
      outputs.changed = changed;
      outputs.releases = releases;
      outputs["api-url"] = addresses.api;
      outputs["app-url"] = addresses.app;
      outputs["files-url"] = addresses.files;
    });
    return undefined;
  },
});
