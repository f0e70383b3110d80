import type { LintRelease } from "../lint/model.ts";
import { isMap } from "../overrides/merge.ts";
import { parseYaml } from "../yaml/source.ts";
import type { RenderedObject } from "./model.ts";
import { originFinder } from "./origins.ts";

const DOCUMENT_START = /^---(?:[ \t].*)?$/m;
const SOURCE = /^\s*# Source: (.+)/;

/**
 * The objects in what `helm template` printed for a release, hooks among them; the items of a List each on their own.
 * What is no object is left out.
 */
export function objectsOf(manifests: string, release: LintRelease): RenderedObject[] {
  const originsOf = originFinder(release);
  let template = "";
  return manifests.split(DOCUMENT_START).flatMap((document) => {
    // Only the first document of a template is told where it comes from.
    template = SOURCE.exec(document)?.[1] ?? template;
    const text = document.replace(SOURCE, "").trim();
    if (text === "") return [];
    return itemsOf(parseYaml(text, template).value).map((object) =>
      renderedObject(object, { text, template, release, originsOf }),
    );
  });
}

/** The object, or the objects of a list. */
function itemsOf(value: unknown): Readonly<Record<string, unknown>>[] {
  if (!isMap(value) || typeof value.kind !== "string") return [];
  if (value.kind === "List" && Array.isArray(value.items)) return value.items.flatMap(itemsOf);
  return [value];
}

interface Circumstances {
  text: string;
  template: string;
  release: LintRelease;
  originsOf: ReturnType<typeof originFinder>;
}

function renderedObject(
  object: Readonly<Record<string, unknown>>,
  { text, template, release, originsOf }: Circumstances,
): RenderedObject {
  const metadata = isMap(object.metadata) ? object.metadata : {};
  const annotations = isMap(metadata.annotations) ? metadata.annotations : {};
  const hook = annotations["helm.sh/hook"];
  return {
    apiVersion: textOf(object.apiVersion),
    kind: textOf(object.kind),
    name: textOf(metadata.name),
    ...(typeof metadata.namespace === "string" && metadata.namespace !== ""
      ? { namespace: metadata.namespace }
      : {}),
    object,
    text,
    template,
    ...(typeof hook === "string" ? { hooks: hook.split(",").map((each) => each.trim()) } : {}),
    origins: (path) => originsOf(object, path),
    locate: (path) => {
      const [only, ...others] = originsOf(object, path);
      return only && others.length === 0 ? only : release.at;
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
