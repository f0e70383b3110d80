import type { Credentials } from "../../../clearml/api.ts";
import type { Values } from "../../../overrides/values.ts";
import type { Addresses } from "../../addresses.ts";

/** What earlier steps know that a tenant's charts need. */
export interface TenantFacts {
  addresses: Addresses;
  gateway: Credentials;
  /** For charts that may not read the Secret; without it they are given its name alone. */
  agent?: Credentials;
  /** Signing key of the control plane's tokens. */
  jwksKey?: string;
  /** Name of the session cookie, when the control plane's values name it. */
  cookieName?: string;
  /** Values of the control plane, as far as they can be told. */
  controlPlane?: Values;
  /** Queues of the tenant's file. */
  queues?: readonly string[];
}
