import { gpuOf, gpusWith, type MigGpu, profileOf, slicesOf } from "../../../catalogue/mig-profiles.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import { baseTemplate, type PodTemplate, queueTemplates, resourcesOf } from "../../facts/pod-templates.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const PRODUCT = ["nodeSelector", "nvidia.com/gpu.product"];

export const migProfileUnknown: Rule = {
  id: "L95",
  slug: "mig-profile-unknown",
  severity: "error",
  about:
    "A MIG profile that no card offers, or not the card that the node selector names: pods stay pending.",
  why: "The name of a profile holds slices and memory, and differs by card: `3g.20gb` of an A100 with 40 GB is `3g.40gb` with 80 GB. No node ever offers a profile of another card, and a pod that asks for it waits for ever. Take the name from the table for your cards; `+me` is written `.me`. Which cards a cluster has stands in no file, so that only a node selector is compared.",
  *check(release) {
    for (const { path, at, leftover } of release.entries) {
      const part = path.at(-2);
      if ((part !== "limits" && part !== "requests") || leftover) continue;
      const profile = profileOf(String(path.at(-1)));
      const reason = profile === undefined ? undefined : reasonFor(profile);
      if (reason && !isInert(release, path)) yield { ...reason, at: at("key") };
    }
    if (release.id === "agent") yield* productHits(release);
  },
};

function reasonFor(profile: string): Omit<Hit, "at"> | undefined {
  if (slicesOf(profile) === undefined)
    return {
      message: `\`${profile}\` has not the form of a MIG profile`,
      hint: profile.includes("+")
        ? `write \`${profile.replace("+", ".")}\``
        : "write slices and memory, such as `3g.20gb`",
    };
  if (gpusWith(profile).length > 0) return undefined;
  // A card newer than the table may have it.
  return {
    message: `no card known here has the MIG profile \`${profile}\``,
    hint: "compare it with `nvidia-smi mig -lgip` on a node",
    severity: "warning",
  };
}

function* productHits(release: LintRelease): Generator<Hit> {
  for (const template of [baseTemplate(release), ...queueTemplates(release)]) {
    const product = valueAt(template.values, PRODUCT);
    const gpu = typeof product === "string" ? gpuOf(product) : undefined;
    // What all queues have in common is told once.
    const isOwn =
      template.queue === undefined || "resources" in template.own || "nodeSelector" in template.own;
    if (gpu && isOwn) yield* mismatches(template, gpu);
  }
}

function* mismatches(template: PodTemplate, gpu: MigGpu): Generator<Hit> {
  for (const { name, path } of resourcesOf(template)) {
    const profile = profileOf(name);
    if (!profile || Object.hasOwn(gpu.profiles, profile) || gpusWith(profile).length === 0) continue;
    yield {
      message: `the node selector asks for ${gpu.name}, which has no MIG profile \`${profile}\``,
      hint: `it has ${Object.keys(gpu.profiles).join(", ")}`,
      at: template.keyAt(path),
      related: [{ at: template.locate(PRODUCT), message: "the node selector" }],
    };
  }
}
