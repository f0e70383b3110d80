import { valueAt } from "../../../overrides/values.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

export const imageDoubled: Rule = {
  id: "L143",
  slug: "image-doubled",
  severity: "error",
  about: "A repository holds a registry or a tag that the chart puts there once more: no such image exists.",
  why: "Charts join `registry`, `repository` and `tag` to the name of an image. A repository that holds the registry already gives `docker.io/registry.example.com/clearml/server`, one that holds a tag gives two tags, and the pods end in ImagePullBackOff or InvalidImageName. Put each part into its own key.",
  *check(release) {
    for (const entry of release.entries) {
      if (entry.path.at(-1) !== "repository" || !entry.text || entry.leftover) continue;
      const reason = registryTwice(release, entry, entry.text) ?? tagTwice(release, entry, entry.text);
      if (reason) yield { ...reason, at: entry.at() };
    }
  },
};

type Reason = Pick<Hit, "message" | "hint">;

function registryTwice(release: LintRelease, entry: Entry, text: string): Reason | undefined {
  const [owner = "", ...rest] = text.split("/");
  const isRegistry = rest.length > 0 && (/[.:]/.test(owner) || owner === "localhost");
  const registry = isRegistry ? registryOf(release, entry) : undefined;
  if (!registry) return undefined;
  return {
    message: `\`${text}\` holds a registry, and the chart puts \`${registry}\` before it`,
    hint: `write \`${rest.join("/")}\`, and the registry into \`registry\``,
  };
}

/** What stands before the repository: said beside it, for all images, or by the chart itself. */
function registryOf(release: LintRelease, { path }: Entry): string | undefined {
  const beside = textAt(release, [...path.slice(0, -1), "registry"]);
  const isImage = path.at(-2) === "image";
  return beside ?? (isImage ? textAt(release, ["global", "imageRegistry"]) : undefined);
}

function tagTwice(release: LintRelease, { path }: Entry, text: string): Reason | undefined {
  const name = text.split("/").at(-1) ?? "";
  const [, repository, own] = /^([^:@]+)[:@](.+)$/.exec(name) ?? [];
  const tag = own === undefined ? undefined : textAt(release, [...path.slice(0, -1), "tag"]);
  if (!own || !tag || !repository) return undefined;
  return {
    message: `\`${text}\` holds a tag, and the chart puts \`${tag}\` behind it`,
    hint: `write \`${text.slice(0, text.length - name.length)}${repository}\`, and the tag into \`tag\``,
  };
}

/** A text that is set, or is the chart's default where the chart is at hand. */
function textAt(release: LintRelease, path: readonly (string | number)[]): string | undefined {
  const value = valueAt(release.values, path) ?? release.contents?.defaultAt(path);
  return typeof value === "string" && value !== "" ? value : undefined;
}
