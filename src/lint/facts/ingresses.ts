import type { ComponentId } from "../../catalogue/model.ts";
import type { Location } from "../../core/errors.ts";
import { isMap } from "../../overrides/merge.ts";
import { valueAt } from "../../overrides/values.ts";
import type { LintRelease } from "../model.ts";
import { hostAt } from "./hosts.ts";
import { isInert } from "./inert.ts";

/** An Ingress that a release makes: one that is switched on. */
export interface IngressUse {
  release: LintRelease;
  /** Path of its block within the values. */
  path: readonly string[];
  values: Readonly<Record<string, unknown>>;
  /** Undefined while it is not known, or not well formed. */
  host?: string;
  /** Place of the host. */
  readonly at: Location;
}

/** Where the charts have their Ingresses. */
const BLOCKS: Readonly<Partial<Record<ComponentId, readonly string[]>>> = {
  "control-plane": ["apiserver", "fileserver", "webserver"],
  "app-gateway": [""],
  "task-traffic-router": [""],
  "presign-service": [""],
  "platform-management": ["platformManagementWebserver"],
};

/** The Ingresses of a release. */
export function ingressesOf(release: LintRelease): IngressUse[] {
  return (BLOCKS[release.id] ?? []).flatMap((block): IngressUse[] => {
    const path = block === "" ? ["ingress"] : [block, "ingress"];
    const values = valueAt(release.values, path);
    if (!isMap(values) || values.enabled !== true || isInert(release, path)) return [];
    const hostPath = [...path, "hostName"];
    const host = hostAt(release, hostPath)?.host;
    return [
      {
        release,
        path,
        values,
        ...(host === undefined ? {} : { host }),
        get at() {
          return release.locate(hostPath);
        },
      },
    ];
  });
}

/** An annotation of an Ingress, as text. */
export function annotationOf({ values }: IngressUse, name: string): string | undefined {
  const value = isMap(values.annotations) ? values.annotations[name] : undefined;
  return value === undefined || value === null ? undefined : String(value);
}

/** The class of an Ingress, from its field or the annotation that came before it. */
export function classOf(ingress: IngressUse): string | undefined {
  const { ingressClassName } = ingress.values;
  return textOf(ingressClassName) ?? annotationOf(ingress, "kubernetes.io/ingress.class");
}

/** The Secret with the certificate of an Ingress. */
export function tlsSecretOf({ values }: IngressUse): string | undefined {
  return textOf(values.tlsSecretName);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
