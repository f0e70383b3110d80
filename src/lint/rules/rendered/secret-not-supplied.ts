import { isMap } from "../../../overrides/merge.ts";
import { describe, placed } from "../../../render/placed.ts";
import { nodesOf } from "../../../render/scalars.ts";
import type { Path } from "../../../yaml/source.ts";
import type { Rule } from "../../model.ts";

/** Secrets that the toolkit itself writes into a tenant's namespace. */
const OWN = new Set(["clearml-agent-credentials", "clearml-gateway-credentials"]);

export const secretNotSupplied: Rule = {
  id: "S2",
  slug: "secret-not-supplied",
  severity: "info",
  about: "A pod needs a Secret that nothing rendered here makes: it has to be in the namespace beforehand.",
  why: "The rendered objects refer to a Secret by name, and no release of the environment makes one of this name in that namespace. The pods wait with CreateContainerConfigError or stay in ContainerCreating until somebody creates it. Create it before the deployment (by hand, with External Secrets or Sealed Secrets); when that is so already, silence the rule with the reason.",
  *checkRendered({ release, objects, suppliedSecrets }) {
    const made = new Set(suppliedSecrets);
    for (const { kind, name, object } of objects) {
      if (kind === "Secret") made.add(name);
      // cert-manager writes the secret that its certificate names.
      if (kind === "Certificate" && isMap(object.spec)) made.add(String(object.spec.secretName));
    }
    for (const object of objects) {
      for (const { name, path } of neededSecrets(object.object)) {
        if (made.has(name) || OWN.has(name)) continue;
        made.add(name);
        yield {
          message: `${describe(object)} needs the Secret \`${name}\`, which nothing rendered here makes`,
          hint: `make sure that it is in namespace \`${object.namespace ?? release.namespace ?? "default"}\` before the deployment`,
          ...placed(object, path, release),
        };
      }
    }
  },
};

/** The Secrets that pods cannot start without. */
function* neededSecrets(object: unknown): Generator<{ name: string; path: Path }> {
  for (const { value, path } of nodesOf(object)) {
    if (!isMap(value) || value.optional === true) continue;
    const key = path.at(-1);
    const parent = path.at(-2);
    const isReference = key === "secretKeyRef" || key === "secretRef" || parent === "imagePullSecrets";
    const isVolume = key === "secret";
    if (isReference && isName(value.name)) yield { name: value.name, path: [...path, "name"] };
    if (isVolume && isName(value.secretName)) yield { name: value.secretName, path: [...path, "secretName"] };
    if (isVolume && parent !== undefined && path.includes("sources") && isName(value.name))
      yield { name: value.name, path: [...path, "name"] };
  }
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
