import { quantityOf } from "../../../kubernetes/quantities.ts";
import { isInert } from "../../facts/inert.ts";
import type { Entry, LintRelease, Rule } from "../../model.ts";

/** Rewritten by ClearML's operators before Kubernetes looks at it. */
const FRACTION = /^clear\.ml\/fraction-/;

export const extendedResourceFraction: Rule = {
  id: "L93",
  slug: "extended-resource-fraction",
  severity: "error",
  about: "A pod asks for a part of a resource that Kubernetes counts in whole numbers, such as half a GPU.",
  why: 'Resources with a domain in their name, such as `nvidia.com/gpu`, are whole numbers: the API server refuses a pod that asks for "0.5". Parts of a GPU are MIG profiles (`nvidia.com/mig-3g.20gb: 1`), or labels that the fractional GPU injector reads. `clear.ml/fraction-1` is written by ClearML\'s MIG operator, and means nothing in a cluster without it.',
  *checkAll(releases) {
    const isRewritten = releases.some(
      ({ id }) => id === "dynamic-mig-operator" || id === "fractional-gpu-injector",
    );
    for (const release of releases) {
      for (const entry of release.entries) {
        const name = resourceOf(entry);
        if (!name || !isPart(entry) || isInert(release, entry.path)) continue;
        // A single file does not say what the cluster has.
        if (FRACTION.test(name) && (isRewritten || !release.environment)) continue;
        yield { ...reasonFor(release, name, String(entry.value)), at: entry.at() };
      }
    }
  },
};

/** The name of an extended resource that an entry asks for. */
function resourceOf({ path }: Entry): string | undefined {
  const part = path.at(-2);
  if (path.at(-3) !== "resources" || (part !== "limits" && part !== "requests")) return undefined;
  const name = String(path.at(-1));
  return /^[a-z0-9.-]+\/[\w.-]+$/.test(name) ? name : undefined;
}

function isPart({ value, leftover }: Entry): boolean {
  const amount = leftover ? undefined : quantityOf(value);
  return amount !== undefined && !Number.isInteger(amount);
}

function reasonFor({ tenant }: LintRelease, name: string, value: string) {
  if (FRACTION.test(name))
    return {
      message: `\`${name}\` asks for ${value}, and nothing in this environment rewrites it to a whole number`,
      hint: "add the component `dynamic-mig-operator`, or ask for a MIG profile",
    };
  const whose = tenant === undefined ? "pods" : `pods of tenant \`${tenant}\``;
  return {
    message: `${whose} ask for ${value} of \`${name}\`, which is counted in whole numbers`,
    hint: "ask for a MIG profile such as `nvidia.com/mig-3g.20gb: 1`, or for whole ones",
  };
}
