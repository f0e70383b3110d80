import semver from "semver";
import { profileOf } from "../../../catalogue/mig-profiles.ts";
import { quantityOf } from "../../../kubernetes/quantities.ts";
import { valueAt } from "../../../overrides/values.ts";
import { baseTemplate, type PodTemplate, queueTemplates, resourcesOf } from "../../facts/pod-templates.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const LABEL = ["labels", "clearml-injector/fraction"];

export const cfgiValue: Rule = {
  id: "L98",
  slug: "cfgi-value",
  severity: "warning",
  about:
    "The fraction a queue asks of the fractional GPU injector is none it knows, or does not fit the GPUs.",
  why: "The injector shares a GPU in eighths: its label takes 0.0625, 0.125 and so on to 0.875, or whole GPUs; other numbers are not injected, and the pod takes all it finds. Before 1.3 each eighth is one `nvidia.com/gpu` of the device plugin, so that 0.5 goes with 4. MIG slices on the same node are cut by another operator, and cannot be shared once more.",
  components: ["agent"],
  *checkAll(releases) {
    const injector = releases.find(({ id }) => id === "fractional-gpu-injector");
    const version = semver.valid(injector?.version ?? "");
    const inEighths = version !== null && semver.lt(version, "1.3.0");
    for (const release of releases.filter(({ id }) => id === "agent")) {
      for (const template of templatesOf(release)) {
        const hit = hitFor(template, inEighths);
        if (hit) yield hit;
      }
    }
  },
};

/** Templates that say something of their own about it. */
function templatesOf(release: LintRelease): PodTemplate[] {
  const own = queueTemplates(release).filter((each) => "labels" in each.own || "resources" in each.own);
  return [baseTemplate(release), ...own].filter(({ values }) => valueAt(values, LABEL) !== undefined);
}

function hitFor(template: PodTemplate, inEighths: boolean): Hit | undefined {
  const written = valueAt(template.values, LABEL);
  if (/[$<]/.test(String(written))) return undefined;
  const at = template.locate(LABEL);
  const fraction = /^\d+(\.\d+)?$/.test(String(written)) ? Number(written) : Number.NaN;
  if (!isKnown(fraction))
    return {
      message: `\`${String(written)}\` is no fraction that the injector knows`,
      hint: 'write "0.125" to "0.875" in steps of 0.125, "0.0625", or whole GPUs',
      at,
    };
  const resources = resourcesOf(template);
  const slice = resources.find(({ name }) => profileOf(name) !== undefined);
  if (slice)
    return {
      message: "a fraction of the injector and a MIG slice are asked for together",
      hint: "ask for one of them",
      at,
      related: [{ at: template.keyAt(slice.path), message: "the slice" }],
    };
  const gpus = resources.find(({ name }) => name === "nvidia.com/gpu");
  const count = quantityOf(gpus?.value);
  if (!inEighths || !gpus || count === undefined || fraction === 0.0625 || count === fraction * 8)
    return undefined;
  return {
    message: `fraction ${fraction} goes with ${fraction * 8} of \`nvidia.com/gpu\` before injector 1.3, found ${count}`,
    hint: `write \`nvidia.com/gpu: ${fraction * 8}\``,
    at: template.locate(gpus.path),
    related: [{ at, message: "the fraction" }],
  };
}

function isKnown(fraction: number): boolean {
  if (fraction === 0.0625 || (Number.isInteger(fraction) && fraction > 0)) return true;
  return fraction > 0 && fraction < 1 && Number.isInteger(fraction * 8);
}
