import { quantityOf } from "../../../kubernetes/quantities.ts";
import { valueAt } from "../../../overrides/values.ts";
import { keyAt } from "../../facts/entry-at.ts";
import { type PodTemplate, queueTemplates } from "../../facts/pod-templates.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

const BLOCK = ["agentk8sglue", "monitoredResources"];

export const monitoredResourceField: Rule = {
  id: "L103",
  slug: "monitored-resource-field",
  severity: "warning",
  about:
    "The agent counts a field that queues do not have, or that holds no number: its limit does not hold.",
  why: "With `maxResources` above 0 the agent adds up one field of its pods, and starts no more once the sum is reached. Pods without the field, or with a text in it, are not counted, so that their queues run without limit. Give every queue the label, or point `minResourcesFieldName` and `maxResourcesFieldName` at a field that all of them have.",
  components: ["agent"],
  *check(release) {
    const most = valueAt(release.values, [...BLOCK, "maxResources"]);
    if (typeof most !== "number" || most <= 0) return;
    const names = ["minResourcesFieldName", "maxResourcesFieldName"].map((key) => fieldOf(release, key));
    const seen = new Set<string>();
    for (const field of names) {
      if (!field || seen.has(field.join("|"))) continue;
      seen.add(field.join("|"));
      yield* hitsOf(release, field);
    }
  },
};

/** `metadata|labels|x` and `resources|limits|x` as a path within a template. */
function fieldOf(release: LintRelease, key: string): string[] | undefined {
  const name = valueAt(release.values, [...BLOCK, key]);
  if (typeof name !== "string") return undefined;
  const path = name.split("|");
  return path[0] === "metadata" ? path.slice(1) : path;
}

function* hitsOf(release: LintRelease, path: string[]): Generator<Hit> {
  const templates = queueTemplates(release);
  const without = templates.filter(({ values }) => valueAt(values, path) === undefined);
  // A queue without GPUs counts as none; that no queue has any is an oversight.
  const isLabel = path[0] === "labels" || path[0] === "annotations";
  if (isLabel || without.length === templates.length) {
    for (const { queue } of release.environment ? without : [])
      yield {
        message: `queue \`${queue}\` has no \`${path.join(".")}\`, and its pods are not counted`,
        hint: "add it to the queue's template",
        at: keyAt(release, ["agentk8sglue", "queues", String(queue)]),
      };
  }
  for (const template of templates) {
    const hit = wordHit(template, path);
    if (hit) yield hit;
  }
}

function wordHit(template: PodTemplate, path: string[]): Hit | undefined {
  const value = valueAt(template.values, path);
  if (typeof value !== "string" || /[$<]/.test(value) || quantityOf(value) !== undefined) return undefined;
  return {
    message: `\`${value}\` is no number: the pods of queue \`${template.queue}\` are not counted`,
    hint: 'write a number in quotes, such as "0.5"',
    at: template.locate(path),
  };
}
