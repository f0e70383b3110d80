import { CATALOGUE } from "../../../catalogue/index.ts";
import { COMPONENT_IDS, type ComponentId } from "../../../catalogue/model.ts";
import { isMap } from "../../../overrides/merge.ts";
import type { ValuesLayer } from "../../../overrides/resolve.ts";
import type { LintRelease, Rule } from "../../model.ts";
import { nodeAt, type RuleTree, ruleTree } from "../../value-rules.ts";

/** Blocks that many charts have: they tell nothing about whose file it is. */
const SHARED = new Set([
  "global",
  "imageCredentials",
  "customCertificates",
  "nameOverride",
  "fullnameOverride",
  "ingress",
]);

export const sharedOverridesName: Rule = {
  id: "L14",
  slug: "shared-overrides-name",
  severity: "warning",
  about:
    "The values in a file are those of another component's chart; Helm installs with them and ignores every key.",
  why: "ClearML's guides call every values file `overrides.yaml`, so one is easily taken for another. Helm ignores keys a chart does not know, and the installation succeeds with none of the settings. Give the component the file that is meant for it, and name files by what they configure, such as `overrides/redis.yaml`.",
  *check(release) {
    for (const layer of release.layers) {
      const paths = tellingPaths(layer);
      const owners = paths.length === 0 ? [] : ownersOf(paths, release);
      if (owners.length === 0) continue;
      const named = release.use?.overrides.find(({ source }) => source === layer.source)?.at;
      const first = layer.source.locate([...layer.path, ...(paths[0]?.slice(0, 1) ?? [])], "key");
      yield {
        message: `the file looks like the values of ${owners.join(" or ")}: ${release.id} reads none of its keys`,
        hint: `give ${release.id} the file that is meant for it`,
        at: named ?? first,
        ...(named ? { related: [{ at: first, message: "the first of these keys" }] } : {}),
      };
    }
  },
};

/** Paths of one or two keys that say which chart a file is for. */
function tellingPaths({ value }: ValuesLayer): string[][] {
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (SHARED.has(key)) return [];
    return isMap(below) && Object.keys(below).length > 0
      ? Object.keys(below).map((each) => [key, each])
      : [[key]];
  });
}

/** The components that know every path, when the release's own chart knows none. */
function ownersOf(paths: readonly string[][], { definition, contents }: LintRelease): ComponentId[] {
  if (definition.values.length === 0 || paths.some((path) => mayKnow(definition.id, path))) return [];
  if (contents && paths.some((path) => contents.knows(path) !== "unknown")) return [];
  return COMPONENT_IDS.filter((id) => id !== definition.id && paths.every((path) => knows(id, path)));
}

const TREES = new Map<ComponentId, RuleTree>();

function treeOf(id: ComponentId): RuleTree {
  const tree = TREES.get(id) ?? ruleTree(CATALOGUE[id].values);
  TREES.set(id, tree);
  return tree;
}

function knows(id: ComponentId, path: readonly string[]): boolean {
  return nodeAt(treeOf(id), path) !== undefined;
}

/** Also below a block whose keys are not known one by one. */
function mayKnow(id: ComponentId, path: readonly string[]): boolean {
  const block = nodeAt(treeOf(id), path.slice(0, 1));
  return knows(id, path) || block?.rule?.open === true;
}
