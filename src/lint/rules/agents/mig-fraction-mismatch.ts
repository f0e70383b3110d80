import { gpusWith, profileOf, slicesOf } from "../../../catalogue/mig-profiles.ts";
import { quantityOf } from "../../../kubernetes/quantities.ts";
import { valueAt } from "../../../overrides/values.ts";
import { type PodTemplate, queueTemplates, resourcesOf } from "../../facts/pod-templates.ts";
import type { Hit, Rule } from "../../model.ts";

const LABEL = ["labels", "required-resources"];
/** A quarter of a card and two of seven slices are meant to be the same. */
const TOLERANCE = 0.1;

export const migFractionMismatch: Rule = {
  id: "L96",
  slug: "mig-fraction-mismatch",
  severity: "warning",
  about:
    "A queue's label, fraction and MIG profile name different parts of a GPU: quotas count the wrong part.",
  why: "`required-resources` is what ClearML counts against a tenant's quota and shows as use, `clear.ml/fraction-1` what the operator partitions by, and the MIG profile what the pod gets. Where they differ, a tenant pays for more or less than he has. A profile of 2 of 7 slices goes with 0.25, one of 3 with 0.5, one of 7 with 1; parts that differ by no more than a tenth are taken for equal.",
  components: ["agent"],
  *check(release) {
    for (const template of queueTemplates(release)) {
      const hit = hitFor(template);
      if (hit) yield hit;
    }
  },
};

function hitFor(template: PodTemplate): Hit | undefined {
  const resources = resourcesOf(template);
  const fraction = resources.find(({ name }) => name.startsWith("clear.ml/fraction-"));
  const [label, part] = [quantityOf(valueAt(template.values, LABEL)), quantityOf(fraction?.value)];
  if (fraction && label !== undefined && part !== undefined && Math.abs(label - part) > 1e-9) {
    return {
      message: `queue \`${template.queue}\` asks for ${part} of a GPU, and its label says ${label}`,
      hint: "write the same number in both",
      at: template.locate(fraction.path),
      related: [{ at: template.locate(LABEL), message: "`required-resources`" }],
    };
  }
  const meant = label ?? part;
  const migs = resources.filter(({ name }) => profileOf(name) !== undefined);
  const shares = migs.map(({ name, value }) => sharesOf(profileOf(name) ?? "", quantityOf(value)));
  if (meant === undefined || migs.length === 0 || shares.some((each) => each.length === 0)) return undefined;
  if (sums(shares).some((share) => Math.abs(share - meant) <= TOLERANCE + 1e-9)) return undefined;
  const names = migs.map(({ name }) => `\`${profileOf(name)}\``).join(" and ");
  return {
    message: `queue \`${template.queue}\` counts as ${meant} of a GPU, and gets ${names}, which is ${sums(shares)[0]?.toFixed(2)}`,
    hint: "change the number or the profile",
    at: template.locate(label === undefined && fraction ? fraction.path : LABEL),
    related: migs.map(({ path }) => ({ at: template.keyAt(path), message: "the profile" })),
  };
}

/** What part of a card a profile is; of each card that has it. */
function sharesOf(profile: string, count = 1): number[] {
  const slices = slicesOf(profile);
  if (slices === undefined) return [];
  return [...new Set(gpusWith(profile).map((gpu) => (count * slices) / gpu.slices))];
}

function sums(shares: readonly number[][]): number[] {
  return shares.reduce<number[]>((all, each) => all.flatMap((sum) => each.map((share) => sum + share)), [0]);
}
