import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { ClearmlApi } from "./api.ts";
import type { Claims } from "./claims.ts";

const INFO = z.object({ version: z.string().default("unknown"), api_version: z.string().optional() }).loose();

/** Version of the server. Proves address and key, not the database behind it. */
export async function serverInfo(api: ClearmlApi): Promise<{ version: string; apiVersion?: string }> {
  const info = INFO.catch({ version: "unknown" }).parse(await api.call("server.info", {}));
  return { version: info.version, ...(info.api_version ? { apiVersion: info.api_version } : {}) };
}

/**
 * Proves that the key may administer tenants: an Enterprise server (feature set `advanced`) and role system or root.
 * @throws UserError naming what the server said instead
 */
export async function requireEnterpriseKey(api: ClearmlApi): Promise<Claims> {
  const claims = await api.claims();
  if (claims.featureSet !== "advanced") {
    throw new UserError({
      message: `the server at ${api.url} has feature set "${claims.featureSet}", tenants need "advanced"`,
      hint: "tenants exist on ClearML Enterprise servers only; check the address and the licence of the server",
    });
  }
  if (claims.role !== "system" && claims.role !== "root") {
    throw new UserError({
      message: `the key of ${api.url} has role "${claims.role}", tenants need role system or root`,
      hint: "use the API server's own key (`clearml.apiserverKey` and `clearml.apiserverSecret` of the chart, kept in the secret clearml-conf)",
    });
  }
  return claims;
}
