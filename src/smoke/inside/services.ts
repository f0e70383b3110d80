import type { KubernetesObject } from "../../kubernetes/objects.ts";

export interface ServicePort {
  name?: string;
  protocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

/** A Service as the cluster has it. */
export interface Service extends KubernetesObject {
  spec?: {
    type?: string;
    selector?: Readonly<Record<string, string>>;
    ports?: readonly ServicePort[];
  };
}

/** Services that lead to pods they choose themselves. */
export function selecting(services: readonly Service[]): Service[] {
  return services.filter(
    ({ spec }) => spec?.type !== "ExternalName" && Object.keys(spec?.selector ?? {}).length > 0,
  );
}

/** Whether it can be reached from outside by a port of its own. */
export function isOutside({ spec }: Service): boolean {
  return spec?.type === "NodePort" || spec?.type === "LoadBalancer";
}

/** `a=b,c=d`, as kubectl takes selectors. */
export function selectorText(selector: Readonly<Record<string, string>> = {}): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
