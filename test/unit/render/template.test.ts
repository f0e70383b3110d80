import { expect, it } from "vitest";
import { ToolError } from "../../../src/core/errors.ts";
import type { Helm } from "../../../src/helm/helm.ts";
import { environmentReleases } from "../../../src/lint/engine.ts";
import { manifestCache } from "../../../src/render/manifest-cache.ts";
import { type RenderJob, type RenderOutcome, renderRelease } from "../../../src/render/template.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

/** Renders with a Helm whose chart accepts these minor versions alone; tells which versions it was asked for. */
async function renderWith(window: string, accepts: (minor: number) => boolean, more = "") {
  const [release] = environmentReleases(await load(environmentOf({ more })));
  const asked: string[] = [];
  const template: Helm["template"] = async ({ kubernetesVersion }) => {
    asked.push(kubernetesVersion);
    if (accepts(Number(kubernetesVersion.split(".")[1]))) return "manifests";
    const words = `Error: chart requires kubeVersion: ${window} which is incompatible with Kubernetes v${kubernetesVersion}\n`;
    throw new ToolError("helm", 1, words);
  };
  const helm = { template, version: "v4", major: 4 } as Helm;
  const job = { release, reference: { chart: "x" }, values: {} } as RenderJob;
  const outcome = await renderRelease(job, { helm, cache: manifestCache(), newest: "1.36" });
  return { asked, outcome };
}

const first = (outcome: RenderOutcome) => Object.keys(outcome).join();

it("takes the newest version that a fetched chart accepts, where the environment names none", async () => {
  const { asked, outcome } = await renderWith(">= 1.21.0-0 < 1.33.0-0", (minor) => minor < 33);
  expect(asked).toEqual(["1.36", "1.32"]);
  expect(outcome).toEqual({ manifests: "manifests" });
});

it("is a finding where the environment names a version that the chart refuses", async () => {
  const { asked, outcome } = await renderWith("<1.33.0-0", () => false, 'kubernetesVersion: "1.34"\n');
  expect(asked).toEqual(["1.34"]);
  expect(first(outcome)).toBe("failure");
});

it("is none where the chart accepts nothing known here", async () => {
  const { asked, outcome } = await renderWith(">= 1.99.0-0", () => false);
  expect(asked).toEqual(["1.36"]);
  expect(first(outcome)).toBe("unavailable");
});
