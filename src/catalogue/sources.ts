import type { ChartSource, Generation } from "./model.ts";

/** Where ClearML's charts come from, by generation. */

const REPOSITORIES: Readonly<Record<Exclude<Generation, "any">, string>> = {
  A: "https://raw.githubusercontent.com/allegroai/clearml-enterprise-helm-charts/gh-pages",
  B: "https://raw.githubusercontent.com/clearml/clearml-enterprise-helm-charts/gh-pages",
  C: "oci://docker.io/clearml",
};

const PUBLIC_REPOSITORY = "https://clearml.github.io/clearml-helm-charts";

/** The source of an enterprise chart in one generation; `versions` where generations share the name. */
export function enterprise(
  generation: Exclude<Generation, "any">,
  name: string,
  versions?: string,
): ChartSource {
  return {
    generation,
    name,
    repository: REPOSITORIES[generation],
    edition: "enterprise",
    ...(versions ? { versions } : {}),
  };
}

/** The source of a public chart, as the community edition uses it. */
export function community(name: string): ChartSource {
  return { generation: "any", name, repository: PUBLIC_REPOSITORY, edition: "community" };
}
