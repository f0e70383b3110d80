import type { Environment } from "../environment/model.ts";
import { valueAt } from "../overrides/values.ts";

/** Where users and agents reach the control plane. */
export interface Addresses {
  api: string;
  app: string;
  files: string;
}

/**
 * Addresses of the control plane from its values: the ingress hosts where they are named, else the names ClearML
 * expects below the base domain.
 */
export function controlPlaneAddresses(
  environment: Environment,
  values: Readonly<Record<string, unknown>>,
): Addresses {
  const address = (server: string, label: string) => {
    const host = valueAt(values, [server, "ingress", "hostName"]);
    return `https://${typeof host === "string" && host !== "" ? host : `${label}.${environment.baseDomain}`}`;
  };
  return {
    api: address("apiserver", "api"),
    app: address("webserver", "app"),
    files: address("fileserver", "files"),
  };
}

/** Address of a tenant's gateway: its external URL, or its ingress host. Undefined when it has neither. */
export function gatewayAddress(values: Readonly<Record<string, unknown>>): string | undefined {
  const external = valueAt(values, ["externalURL"]);
  if (typeof external === "string" && external !== "") return external;
  if (valueAt(values, ["ingress", "enabled"]) === false) return undefined;
  const host = valueAt(values, ["ingress", "hostName"]);
  return typeof host === "string" && host !== "" ? `https://${host}` : undefined;
}
