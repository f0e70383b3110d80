import { chartRefuses } from "../../facts/schema.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const numberAsText: Rule = {
  id: "T4",
  slug: "number-as-text",
  severity: "warning",
  about:
    "A number in quotes, and the chart prints it as YAML with its type: Kubernetes gets text for a number.",
  why: "A template that writes `{{ .Values.port }}` drops the quotes, one that writes `toYaml` of the map around it keeps them, and the API server refuses text for a port or a count. It is told where the chart is at hand, its default is a whole number, and a template prints the value with `toYaml`. Remove the quotes.",
  fixable: true,
  *check(release) {
    for (const entry of release.entries) {
      const hit = hitFor(release, entry);
      if (hit) yield hit;
    }
  },
};

function hitFor({ contents, ...release }: LintRelease, entry: Entry): Hit | undefined {
  const { layer, path, rule, value } = entry;
  if (typeof value !== "string" || !/^-?(0|[1-9]\d{0,14})$/.test(value)) return undefined;
  // Where our lists have a type, value-type has said it.
  if (!contents || (rule && rule.type !== "any")) return undefined;
  const isNumber = Number.isInteger(contents.defaultAt(path)) && contents.usedAt(path) === "yaml";
  if (!isNumber || chartRefuses({ contents, ...release }, path)) return undefined;
  const change = {
    source: layer.source,
    kind: "value",
    path: [...layer.path, ...path],
    to: Number(value),
  } as const;
  return {
    message: `\`${path.join(".")}\` is the text "${value}", and the chart prints it with its type`,
    hint: `write ${value} without quotes`,
    at: entry.at(),
    fix: { description: "remove the quotes", changes: [change] },
  };
}
