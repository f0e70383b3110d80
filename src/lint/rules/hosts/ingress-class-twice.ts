import { valueAt } from "../../../overrides/values.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

const ANNOTATION = "kubernetes.io/ingress.class";

export const ingressClassTwice: Rule = {
  id: "L141",
  slug: "ingress-class-twice",
  severity: "warning",
  about: "An Ingress names its class twice, in `ingressClassName` and in the annotation that came before it.",
  why: "`kubernetes.io/ingress.class` is deprecated since Kubernetes 1.18, and the API server refuses a new Ingress that has both it and `ingressClassName`, unless they say the same. Controllers differ in which of the two they follow. Keep `ingressClassName`.",
  fixable: true,
  *check(release) {
    for (const entry of release.entries) {
      const hit = entry.path.at(-1) === ANNOTATION ? hitFor(release, entry) : undefined;
      if (hit) yield hit;
    }
  },
};

function hitFor(release: LintRelease, entry: Entry): Hit | undefined {
  const { layer, path, text, leftover, at } = entry;
  const field = [...path.slice(0, -2), "ingressClassName"];
  const name = valueAt(release.values, field);
  if (path.at(-2) !== "annotations" || typeof name !== "string" || name === "") return undefined;
  if (leftover || text === undefined || isInert(release, path)) return undefined;
  const same = text === name;
  const change = { source: layer.source, kind: "remove", path: pathInFile(entry) } as const;
  return {
    message: same
      ? `the class \`${name}\` is given twice`
      : `the annotation says \`${text}\`, and \`ingressClassName\` says \`${name}\``,
    hint: "remove the annotation",
    severity: same ? "warning" : "error",
    at: at("key"),
    related: [{ at: release.locate(field), message: "`ingressClassName`" }],
    ...(same ? { fix: { description: "remove the annotation", changes: [change] } } : {}),
  };
}
