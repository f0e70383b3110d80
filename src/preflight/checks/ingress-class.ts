import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import { isMap } from "../../overrides/merge.ts";
import type { Values } from "../../overrides/values.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";
import { ingressNamespace } from "../namespaces.ts";
import { knownText, partsOf, valuesOf } from "../values.ts";

const CHECK = "ingress-class";
const DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class";
const LEGACY_CLASS = "kubernetes.io/ingress.class";

/** Whether somebody serves the Ingresses: a class that is there, and a controller that runs. */
export const ingressClass: Check = {
  name: CHECK,
  looksAt: "ingress",
  needs: "list ingressclasses.networking.k8s.io, and get namespaces and list pods where the controller is",
  async find(look) {
    const ingresses = look.uses.flatMap((use) => ingressesOf(use.id, valuesOf(look, use)));
    if (ingresses.length === 0) return controller(look);
    const [classes, ofController] = await Promise.all([
      look.kubernetes.listMetadata(resourcePath("networking.k8s.io/v1", "IngressClass")),
      controller(look),
    ]);
    return [...judgeClasses(ingresses, classes), ...ofController];
  },
};

/** An Ingress that the values switch on. */
export interface IngressUse {
  component: string;
  path: string;
  /** `other`: by the annotation that controllers may serve without an IngressClass of that name. */
  class?: { name: string; by: "field" | "other" };
}

/** The Ingresses that the values of a release switch on. */
export function ingressesOf(component: string, values: Values): IngressUse[] {
  return [...partsOf(values)]
    .filter(({ path, part }) => path.at(-1) === "ingress" && part.enabled === true)
    .map(({ path, part }) => {
      const name = knownText(part.ingressClassName);
      const legacy = isMap(part.annotations) ? knownText(part.annotations[LEGACY_CLASS]) : undefined;
      return {
        component,
        path: path.join("."),
        ...(name ? { class: { name, by: "field" as const } } : {}),
        ...(!name && legacy ? { class: { name: legacy, by: "other" as const } } : {}),
      };
    });
}

/** What is to be said of the classes: one sentence for all Ingresses with the same trouble. */
export function judgeClasses(
  ingresses: readonly IngressUse[],
  classes: readonly Pick<KubernetesObject, "metadata">[],
): PreflightFinding[] {
  const names = classes.map(({ metadata }) => metadata.name);
  const hasDefault = classes.some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === "true");
  const choice = names.length > 0 ? `, such as \`${names[0]}\`` : "";
  const unclassed = ingresses.filter((each) => !each.class).map(placeOf);
  const wanted = new Set(ingresses.flatMap((each) => (each.class?.by === "field" ? [each.class.name] : [])));
  const findings: PreflightFinding[] = [...wanted]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      check: CHECK,
      severity: "warning",
      message: `the cluster has no IngressClass \`${name}\`, which ${ingresses
        .filter((each) => each.class?.name === name)
        .map(placeOf)
        .join(", ")} names: nobody may serve it`,
      hint: names.length > 0 ? `name one that is there${choice}` : "install an ingress controller",
    }));
  if (unclassed.length > 0 && !hasDefault) {
    findings.push({
      check: CHECK,
      severity: "warning",
      message: `${unclassed.join(", ")}: no class is named, and the cluster has no default IngressClass: it gets no address`,
      hint:
        names.length > 0
          ? `set \`ingressClassName\`${choice}`
          : "install an ingress controller, then name its class",
    });
  }
  return findings;
}

function placeOf({ component, path }: IngressUse): string {
  return `${component} \`${path}\``;
}

/** Looks at the namespace that network policies admit, or where the controller is by convention. */
async function controller(look: Look): Promise<PreflightFinding[]> {
  const name = ingressNamespace(look);
  const isAdmitted = look.uses.some(({ id }) => id === "network-isolation");
  const isThere = (await look.kubernetes.get(resourcePath("v1", "Namespace", undefined, name))) !== undefined;
  if (!isThere && !isAdmitted) return [];
  const pods = isThere ? await look.kubernetes.list(resourcePath("v1", "Pod", name)) : undefined;
  return judgeController(name, pods);
}

interface PodStatus {
  phase?: string;
  conditions?: { type: string; status: string }[];
}

/**
 * What is to be said of the ingress controller.
 * @param pods those of its namespace; undefined when there is no such namespace
 */
export function judgeController(
  namespace: string,
  pods: readonly KubernetesObject[] | undefined,
): PreflightFinding[] {
  const warning = (message: string, hint: string): PreflightFinding[] => [
    { check: CHECK, severity: "warning", message, hint },
  ];
  const elsewhere =
    "set `ingressNamespace` of `network-isolation` to the namespace of your ingress controller";
  if (pods === undefined) {
    return warning(
      `the network policies admit the ingress controller in namespace ${namespace}, which is not there: requests from outside will be cut off`,
      elsewhere,
    );
  }
  const running = pods.filter(({ status }) => (status as PodStatus | undefined)?.phase !== "Succeeded");
  if (running.length === 0) {
    return warning(`no ingress controller runs in namespace ${namespace}: it has no pods`, elsewhere);
  }
  const ready = running.filter(({ status }) =>
    (status as PodStatus).conditions?.some((each) => each.type === "Ready" && each.status === "True"),
  );
  if (ready.length > 0) return [];
  return warning(
    `the ingress controller in namespace ${namespace} is not ready (${running.length} pods, none ready): hosts do not answer`,
    `look at \`kubectl -n ${namespace} describe pods\``,
  );
}
