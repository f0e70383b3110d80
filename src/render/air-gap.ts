import { chartReference } from "../helm/chart-reference.ts";
import { imagesOf, registryOf } from "./images.ts";
import type { RenderedRelease } from "./model.ts";

/**
 * What a registry behind an air gap must hold: `chart …` and `image …`, one on each line, sorted. Images are those of
 * the rendered objects and those that override files name, because programs start pods from their settings too.
 */
export function airGapList(rendered: readonly RenderedRelease[]): string[] {
  const charts = rendered.flatMap(chartLine);
  const images = rendered.flatMap(({ objects, release }) => [
    ...objects.flatMap(imagesOf),
    // Where repository and tag stand apart, the chart joins them with what it has of its own.
    ...imagesOf({ kind: "", object: release.values }).filter(({ path }) => path.at(-1) !== "repository"),
  ]);
  const names = images.map(({ image }) => `image ${fullName(image)}`);
  return [...new Set([...charts, ...names])].sort();
}

/** `chart oci://docker.io/clearml/clearml-enterprise 10.12.7 sha256:…`; a folder of the checkout is at hand anyway. */
function chartLine({ release: { use, environment, version }, packageDigest }: RenderedRelease): string[] {
  if (!use || !environment) return [];
  const { chart, repo } = chartReference(use, environment.edition, new Map());
  const name = repo ? `${repo.replace(/\/$/, "")}/${chart}` : chart;
  const digest = packageDigest ? [`sha256:${packageDigest}`] : [];
  return [["chart", name, ...(version ? [version] : []), ...digest].join(" ")];
}

/** With its registry, as a mirror wants it: `redis:7` is `docker.io/library/redis:7`. */
function fullName(image: string): string {
  const registry = registryOf(image);
  const name = image.startsWith(`${registry}/`) ? image.slice(registry.length + 1) : image;
  const isOfficial = registry === "docker.io" && !name.includes("/");
  return `${registry}/${isOfficial ? "library/" : ""}${name}`;
}
