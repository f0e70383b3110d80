import type { Rule } from "../../model.ts";

export const severalDocuments: Rule = {
  id: "Y3",
  slug: "several-documents",
  severity: "error",
  about: "The file holds several YAML documents; Helm does not merge them.",
  why: "A line of three dashes starts a second document. Helm reads one document per values file, so everything below the line is lost or the file is refused. Keep one document per file and list both files under `overrides:`.",
  *check({ layers, definition }) {
    // Manifests may stand in one file; values may not.
    if (definition.kind === "manifests") return;
    for (const { source } of layers)
      yield* source.problems.filter((problem) => problem.kind === "several-documents");
  },
};
