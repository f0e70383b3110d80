import { valueAt } from "../../../overrides/values.ts";
import { entryAt, writes } from "../../facts/entry-at.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

/** What the dynamic MIG operator needs of the GPU operator. */
export const CDMO_NEEDS = [
  {
    path: ["migManager", "enabled"],
    value: false,
    usual: true,
    effect: "NVIDIA's MIG manager undoes each partitioning that CDMO makes",
  },
  {
    path: ["mig", "strategy"],
    value: "mixed",
    usual: "single",
    effect: "slices are not offered as `nvidia.com/mig-…`, which CDMO's queues ask for",
  },
] as const;

export const migManagerEnabled: Rule = {
  id: "L128",
  slug: "mig-manager-enabled",
  severity: "error",
  about:
    "The GPU operator keeps its MIG manager, or another strategy than `mixed`, beside the dynamic MIG operator.",
  fixable: true,
  why: "NVIDIA's MIG manager applies its own configuration, all disabled unless told otherwise, whenever it finds a node changed: it fights the dynamic MIG operator (CDMO) over every GPU. And only with `mig.strategy: mixed` are slices offered under the names that pods ask for. Set `migManager.enabled: false` and `mig.strategy: mixed`.",
  *checkAll(releases) {
    const cdmo = releases.find(({ id, environment }) => id === "dynamic-mig-operator" && environment);
    if (!cdmo) return;
    for (const release of releases.filter(({ id }) => id === "gpu-operator")) {
      for (const needed of CDMO_NEEDS) yield* unmet(release, cdmo, needed);
    }
  },
};

function* unmet(
  release: LintRelease,
  cdmo: LintRelease,
  needed: (typeof CDMO_NEEDS)[number],
): Generator<Hit> {
  const { path, value, usual, effect } = needed;
  const found = valueAt(release.values, path);
  if (found === value || (typeof found === "string" && /[$<]/.test(found))) return;
  const entry = entryAt(release, path);
  const name = path.join(".");
  yield {
    message:
      found === undefined || found === null
        ? `\`${name}\` is \`${usual}\` unless set, and ${effect}`
        : `\`${name}\` is \`${String(found)}\`, and ${effect}`,
    hint: `set \`${name}: ${value}\``,
    at: entry?.at() ?? release.at,
    related: [{ at: cdmo.at, message: "CDMO" }],
    ...(entry ? { fix: writes(entry, value, `write \`${value}\``) } : {}),
  };
}
