import type { ComponentId } from "../../catalogue/model.ts";
import type { Location } from "../../core/errors.ts";
import { isMap } from "../../overrides/merge.ts";
import { valueAt } from "../../overrides/values.ts";
import type { Hit, ReleaseValues } from "../model.ts";
import { hostAt } from "./hosts.ts";
import { isInert } from "./inert.ts";
import { ownerOf } from "./owner.ts";

/** An Ingress that a release makes: one that is switched on. */
export interface IngressUse {
  release: ReleaseValues;
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
export function ingressesOf(release: ReleaseValues): IngressUse[] {
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

/** Ingresses with the host and path of one before them, each with that one. */
export function* hostCollisions(
  ingresses: Iterable<IngressUse>,
): Generator<[later: IngressUse, earlier: IngressUse]> {
  const taken = new Map<string, IngressUse>();
  for (const ingress of ingresses) {
    if (ingress.host === undefined) continue;
    const key = `${ingress.host} ${pathOf(ingress)}`;
    const earlier = taken.get(key);
    if (earlier) yield [ingress, earlier];
    else taken.set(key, ingress);
  }
}

/** An Ingress with the host of another one. */
export function collisionHit(ingress: IngressUse, earlier: IngressUse): Hit {
  return {
    message: `${ownerOf(ingress.release)} has the host \`${ingress.host}\` of ${ownerOf(earlier.release)}`,
    hint: "give each its own host",
    at: ingress.at,
    related: [{ at: earlier.at, message: `host of ${ownerOf(earlier.release)}` }],
  };
}

/** The path below the host; all of it unless it is set. */
export function pathOf({ values }: IngressUse): string {
  return textOf(values.path) ?? "/";
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
