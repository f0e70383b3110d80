import type { Credentials } from "../clearml/api.ts";
import { UserError } from "../core/errors.ts";
import { fullname } from "../helm/fullname.ts";
import { resolveValues } from "../overrides/resolve.ts";
import { type Values, valueAt } from "../overrides/values.ts";
import { placeholdersFor } from "./placeholders.ts";
import type { ClusterSession } from "./session.ts";
import { readSecretKey } from "./tenant/memory/memory.ts";

/** What the shared services keep in their own secrets. */
export interface SharedSecrets {
  /** Key of the server's own system user. */
  system: Credentials;
  /** Where it was read, for messages. */
  source: string;
  jwksKey?: string;
  redisPassword?: string;
}

/** Secret the control plane's chart makes, unless `clearml.existingSecret` names another. */
const SERVER_SECRET = "clearml-conf";

/**
 * Reads the system credentials, the signing key and the password of the shared Redis from the cluster; masks them.
 * @throws UserError when the control plane's secret is missing
 */
export async function readSharedSecrets(
  cluster: ClusterSession,
  controlPlane: Values,
): Promise<SharedSecrets> {
  const { environment, kubernetes, context } = cluster;
  const namespace = environment.components.find((use) => use.id === "control-plane")?.namespace ?? "clearml";
  const named = valueAt(controlPlane, ["clearml", "existingSecret"]);
  const name = typeof named === "string" && named !== "" ? named : SERVER_SECRET;
  const read = (key: string) => readSecretKey(kubernetes, namespace, name, key);
  const [accessKey, secretKey, jwksKey, redisPassword] = await Promise.all([
    read("apiserver_key"),
    read("apiserver_secret"),
    read("secure_auth_token_secret"),
    readRedisPassword(cluster),
  ]);
  for (const value of [accessKey, secretKey, jwksKey, redisPassword]) context.secrets.mask(value);
  if (!accessKey || !secretKey) {
    throw new UserError(
      {
        message: `secret ${namespace}/${name} with the API server's key is not there (keys apiserver_key, apiserver_secret)`,
        hint: "run deploy-control-plane first, and check the `namespace` of component control-plane",
      },
      { kind: "cluster" },
    );
  }
  return {
    system: { accessKey, secretKey },
    source: `apiserver_key and apiserver_secret of secret ${namespace}/${name}`,
    ...(jwksKey ? { jwksKey } : {}),
    ...(redisPassword ? { redisPassword } : {}),
  };
}

/** The chart keeps a given or generated password under the release's full name. */
async function readRedisPassword({
  environment,
  secrets,
  kubernetes,
}: ClusterSession): Promise<string | undefined> {
  const use = environment.components.find((each) => each.id === "redis");
  if (!use) return undefined;
  const { lookup, known } = placeholdersFor(use, environment, secrets);
  const values = resolveValues(use, { known, lookup: (name) => lookup(name) ?? "" });
  return readSecretKey(kubernetes, use.namespace, fullname(use.release, "redis", values), "redis-password");
}
