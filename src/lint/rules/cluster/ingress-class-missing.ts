import type { ClusterFacts } from "../../evidence/cluster-facts.ts";
import { classOf, type IngressUse, ingressesOf } from "../../facts/ingresses.ts";
import type { Hit, Rule } from "../../model.ts";

export const ingressClassMissing: Rule = {
  id: "L77",
  slug: "ingress-class-missing",
  severity: "warning",
  about:
    "An Ingress has no class and the cluster no default one, or its class is not there: it gets no address.",
  why: "An ingress controller serves the Ingresses of its class. Without a class, and without an IngressClass that is marked as default, none feels responsible: the Ingress is created, gets no address, and every host answers 404 or nothing. Set `ingressClassName` to one that `kubectl get ingressclass` shows.",
  *checkCluster(releases, { ingressClasses }) {
    if (!ingressClasses) return;
    for (const ingress of releases.flatMap(ingressesOf)) {
      const hit = unserved(ingress, ingressClasses);
      if (hit) yield hit;
    }
  },
};

function unserved(
  ingress: IngressUse,
  classes: NonNullable<ClusterFacts["ingressClasses"]>,
): Hit | undefined {
  const { release, path } = ingress;
  const names = classes.map(({ name }) => name);
  const choice = names.length > 0 ? `, such as \`${names[0]}\`` : "";
  const field = [...path, "ingressClassName"];
  const wanted = classOf(ingress) ?? release.contents?.defaultAt(field);
  if (typeof wanted === "string" && wanted !== "") {
    // Controllers may serve an annotation without an IngressClass of that name.
    if (/[$<]/.test(wanted) || names.includes(wanted) || ingress.values.ingressClassName !== wanted)
      return undefined;
    return {
      message: `the cluster has no IngressClass \`${wanted}\``,
      hint: `name one that is there${choice}`,
      at: release.locate(field),
    };
  }
  if (classes.some(({ isDefault }) => isDefault)) return undefined;
  return {
    message: `\`${path.join(".")}\` names no class, and the cluster has no default one: it gets no address`,
    hint: `set \`${field.join(".")}\`${choice}`,
    at: release.locate([...path, "enabled"]),
  };
}
