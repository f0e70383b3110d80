import { isInert } from "../../facts/inert.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** `resource.Quantity` of Kubernetes (`apimachinery/pkg/api/resource`). */
const QUANTITY = /^[+-]?(\d+\.?\d*|\.\d+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/;
const COMPUTE = /^(cpu|memory|ephemeral-storage|nvidia\.com\/.+|hugepages-.+)$/;

export const kubernetesForm: Rule = {
  id: "T3",
  slug: "kubernetes-form",
  severity: "error",
  about: "A quantity or an image does not have the form that Kubernetes reads, whatever the chart is.",
  why: "Requests and limits take quantities such as `500m` or `4Gi`: `4GB` or `2 cores` is refused by the API server. The name of an image has no scheme and no capitals; kubelet answers with InvalidImageName otherwise. Write the form that the message shows. Keys that the lists of a component describe are judged by its other rules.",
  *check(release) {
    for (const entry of release.entries) {
      const wrong = entry.leftover || isInert(release, entry.path) ? undefined : wrongForm(entry);
      if (wrong) yield { ...wrong, at: entry.at() };
    }
  },
};

function wrongForm({ path, text, rule }: Entry): Omit<Hit, "at"> | undefined {
  if (text === undefined || text === "" || text.includes("{{")) return undefined;
  const [around, key] = path.slice(-2).map(String);
  const isCompute = COMPUTE.test(key ?? "") && (around === "limits" || around === "requests");
  if (isCompute && rule?.type !== "quantity" && !QUANTITY.test(text))
    return {
      message: `\`${text}\` is not a quantity`,
      hint: "write a number with a unit such as 500m or 4Gi",
    };
  const isImage = /^(image|.*Image)$/.test(around ?? "") && (key === "registry" || key === "repository");
  if (!isImage || rule?.pattern) return undefined;
  if (/^[a-z]+:\/\//.test(text))
    return { message: `\`${text}\` has a scheme`, hint: `write ${text.replace(/^[a-z]+:\/\//, "")}` };
  const hasCapitals = key === "repository" && /[A-Z]/.test(text);
  if (hasCapitals || /\s/.test(text))
    return { message: `\`${text}\` is not the name of an image`, hint: "write small letters without blanks" };
  return undefined;
}
