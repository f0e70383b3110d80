import { isMap } from "../../../overrides/merge.ts";
import { baseTemplate, type PodTemplate, queueTemplates } from "../../facts/pod-templates.ts";
import type { Hit, Rule } from "../../model.ts";

/** Lists that the chart adds to, instead of putting them in the place of others. */
const ADDED = new Set(["extraVolumes", "extraVolumeMounts"]);

export const templateKeyReplacement: Rule = {
  id: "L102",
  slug: "template-key-replacement",
  severity: "warning",
  about: "A queue's template replaces a block that all queues share, and entries of that block are lost.",
  why: "`templateOverrides` is laid over `basePodTemplate` key by key, and a key of the queue takes the place of the whole block: `labels` with one label drops the label for billing, `env` with one variable drops all others. Repeat what the queue shall keep. For volumes there are `extraVolumes` and `extraVolumeMounts`, which add to the list.",
  components: ["agent"],
  *check(release) {
    const base = baseTemplate(release);
    for (const template of queueTemplates(release)) yield* hitsOf(template, base);
  },
};

function* hitsOf(template: PodTemplate, base: PodTemplate): Generator<Hit> {
  for (const [key, own] of Object.entries(template.own)) {
    if (ADDED.has(key)) continue;
    const kept = new Set(namesOf(own));
    const lost = namesOf(base.values[key]).filter((name) => !kept.has(name));
    if (lost.length === 0) continue;
    yield {
      message: `\`${key}\` of queue \`${template.queue}\` replaces that of all queues, which has ${lost.map((name) => `\`${name}\``).join(", ")} besides`,
      hint: "repeat what the queue shall keep",
      at: template.keyAt([key]),
      related: [{ at: base.keyAt([key]), message: "what all queues have in common" }],
    };
  }
}

/** What a block consists of: paths of a map, names of the items of a list. */
function namesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item) => nameOf(item));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    isMap(each) && Object.keys(each).length > 0 ? namesOf(each).map((name) => `${key}.${name}`) : [key],
  );
}

function nameOf(item: unknown): string {
  const name = isMap(item) ? (item.mountPath ?? item.name ?? item.key) : item;
  return typeof name === "string" ? name : JSON.stringify(item);
}
