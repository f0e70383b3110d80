import semver from "semver";
import { effectiveValues } from "../../../chart/effective-values.ts";
import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { imagesOf as imagesOfObject } from "../../../render/images.ts";
import { type Retired, retiredImage } from "../../facts/images.ts";
import { isInert } from "../../facts/inert.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

type Path = readonly string[];

export const retiredImages: Rule = {
  id: "L27",
  slug: "retired-images",
  severity: "warning",
  about: "An image of `bitnami/` or `allegroai/` is no longer served under this name: its pods cannot start.",
  why: "Since August 2025 Docker Hub serves versions of Bitnami's images below `bitnamilegacy/` only, and ClearML's images moved from `allegroai/` to `clearml/`. Nodes that still have the image go on, new ones end in ImagePullBackOff. Set `repository` to the new name; newer Bitnami charts also want `global.security.allowInsecureImages: true` then. Where the chart is at hand, its own defaults are looked at as well.",
  *check(release) {
    if (isOldBitnamiRedis(release)) {
      yield {
        message: `chart redis ${release.version} pulls a version of \`bitnami/redis\`, which ${retiredImage("bitnami/redis")?.reason}`,
        hint: "set `image.repository` to `bitnamilegacy/redis`",
        at: release.at,
      };
    }
    const values = release.contents
      ? effectiveValues(release.contents.values, release.values)
      : release.values;
    for (const { path, image } of imagesOf(values, [])) {
      const written = valueAt(values, ["global", "imageRegistry"]);
      const registry = typeof written === "string" && written !== "" ? `${written}/` : "";
      const retired = isInert({ ...release, values }, path) ? undefined : retiredImage(`${registry}${image}`);
      if (retired) yield hitFor(release, path, image, retired);
    }
  },
  *checkRendered({ release, objects }) {
    // With the chart at hand its defaults were seen above.
    if (release.contents || isOldBitnamiRedis(release)) return;
    for (const object of objects) {
      for (const { image, path } of imagesOfObject(object)) {
        const retired = object.origins(path).length === 0 ? retiredImage(image) : undefined;
        if (!retired) continue;
        yield {
          message: `image \`${image}\` (the chart's default) ${retired.reason}`,
          hint: `have the chart take \`${retired.instead}\``,
          at: release.at,
        };
      }
    }
  },
};

/** Bitnami's chart with its default image, where the chart itself is not at hand. */
function isOldBitnamiRedis({ id, use, version, contents, values }: LintRelease): boolean {
  if (id !== "redis" || !use || use.chart !== undefined || contents) return false;
  if (use.repository !== undefined && !use.repository.includes("charts.bitnami.com")) return false;
  const own = [
    ["image", "repository"],
    ["image", "registry"],
    ["global", "imageRegistry"],
  ];
  if (own.some((path) => valueAt(values, path) !== undefined)) return false;
  // From 22 on the chart takes `latest`, which is still served.
  return semver.valid(version ?? "") !== null && semver.lt(version ?? "", "22.0.0");
}

function hitFor(release: LintRelease, path: Path, image: string, { reason, instead }: Retired): Hit {
  const isDefault = valueAt(release.values, path) === undefined;
  return {
    message: `image \`${image}\`${isDefault ? " (the chart's default)" : ""} ${reason}`,
    hint: `set \`${path.join(".")}\` to \`${instead}\``,
    at: release.locate(path),
  };
}

/** Every image of the values: `image: name:tag`, or a map with `repository` and what stands beside it. */
function* imagesOf(value: unknown, path: Path): Generator<{ path: Path; image: string }> {
  if (!isMap(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const place = [...path, key];
    if (typeof item !== "string") yield* imagesOf(item, place);
    else if (key === "repository" && item.includes("/")) yield { path: place, image: imageOf(value, item) };
    else if (/^(image|.*Image)$/.test(key) && item.includes("/")) yield { path: place, image: item };
  }
}

function imageOf({ registry, tag }: Record<string, unknown>, repository: string): string {
  const before = typeof registry === "string" && registry !== "" ? `${registry}/` : "";
  return `${before}${repository}${typeof tag === "string" && tag !== "" ? `:${tag}` : ""}`;
}
