import type { Rule } from "../../model.ts";

export const renderFailed: Rule = {
  id: "R1",
  slug: "render-failed",
  severity: "error",
  about: "Helm cannot make manifests of the values: install and upgrade end with the same error.",
  why: "The chart was rendered with the merged values of the release, secrets replaced by stand-ins, and Helm gave up. The message is Helm's own, without the templates it came through; the place is the override it names, else the component. Correct that value, or the version where the chart asks for another Kubernetes.",
  *checkRendered({ failure }) {
    if (!failure) return;
    yield {
      message: `Helm cannot render this release: ${failure.message}`,
      hint: "correct the value that it names",
      at: failure.at,
    };
  },
};
