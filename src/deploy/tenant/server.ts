import { type ClearmlApi, connectClearml } from "../../clearml/api.ts";
import { type Company, listCompanies } from "../../clearml/companies.ts";
import { requireEnterpriseKey, serverInfo } from "../../clearml/server.ts";
import { type Values, valueAt } from "../../overrides/values.ts";
import type { Addresses } from "../addresses.ts";
import type { ClusterSession } from "../session.ts";
import { readSharedSecrets, type SharedSecrets } from "../shared-secrets.ts";

/** The control plane that the tenants are tenants of: its API, its addresses, and what its charts keep. */
export interface ControlPlane {
  api: ClearmlApi;
  shared: SharedSecrets;
  addresses: Addresses;
  values: Values;
  /** Name of the session cookie, when the control plane's values name it. */
  cookieName?: string;
  /** All companies, asked for once: good for looking at many tenants. */
  companies(): Promise<readonly Company[]>;
}

/**
 * Connects to the control plane's API with the key that its chart keeps in the cluster.
 * @param url address of the API server as the runner reaches it
 * @throws UserError when the secret with the key is missing, the server refuses it, or is no Enterprise server
 */
export async function connectControlPlane(
  cluster: ClusterSession,
  { values, addresses, url }: { values: Values; addresses: Addresses; url: string },
): Promise<ControlPlane> {
  const { context } = cluster;
  const shared = await readSharedSecrets(cluster, values);
  const api = connectClearml({
    url,
    ...shared.system,
    http: context.http,
    secrets: context.secrets,
    keySource: shared.source,
  });
  // Edition and role are known by the login; both are asked before anything rests on them.
  await requireEnterpriseKey(api);
  const { version } = await serverInfo(api);
  context.log.info(`ClearML server ${version} at ${api.url}`);
  let companies: Promise<readonly Company[]> | undefined;
  return {
    api,
    shared,
    addresses,
    values,
    ...cookieNameOf(values),
    companies() {
      companies ??= listCompanies(api);
      return companies;
    },
  };
}

/** Name of the session cookie, where the control plane's values name it. */
export function cookieNameOf(values: Values): Pick<ControlPlane, "cookieName"> {
  const cookieName = valueAt(values, ["clearml", "cookieName"]);
  return typeof cookieName === "string" && cookieName !== "" ? { cookieName } : {};
}
