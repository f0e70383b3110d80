import type { Credentials } from "../clearml/api.ts";
import { UserError } from "../core/errors.ts";
import { fullname } from "../helm/fullname.ts";
import { resourcePath } from "../kubernetes/objects.ts";
import { resolveValues } from "../overrides/resolve.ts";
import { type Values, valueAt } from "../overrides/values.ts";
import { placeholdersFor } from "./placeholders.ts";
import type { ClusterSession } from "./session.ts";
import { readSecretKey, secretText } from "./tenant/memory/memory.ts";

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

/** What is needed to read them. */
type Cluster = Pick<ClusterSession, "context" | "environment" | "kubernetes" | "secrets">;

/**
 * Reads the system credentials, the signing key and the password of the shared Redis from the cluster; masks them.
 * @throws UserError when the control plane's secret is missing
 */
export async function readSharedSecrets(cluster: Cluster, controlPlane: Values): Promise<SharedSecrets> {
  const [server, redisPassword] = await Promise.all([
    readServerSecret(cluster, controlPlane),
    readRedisPassword(cluster),
  ]);
  return { ...server, ...(redisPassword ? { redisPassword } : {}) };
}

/**
 * Reads the system credentials and the signing key; masks them.
 * @throws UserError when the control plane's secret is missing
 */
export async function readServerSecret(
  { environment, kubernetes, context }: Cluster,
  controlPlane: Values,
): Promise<Omit<SharedSecrets, "redisPassword">> {
  const namespace = environment.components.find((use) => use.id === "control-plane")?.namespace ?? "clearml";
  const named = valueAt(controlPlane, ["clearml", "existingSecret"]);
  const name = typeof named === "string" && named !== "" ? named : SERVER_SECRET;
  const secret = await kubernetes.get(resourcePath("v1", "Secret", namespace, name));
  const [accessKey, secretKey, jwksKey] = [
    secretText(secret, "apiserver_key"),
    secretText(secret, "apiserver_secret"),
    secretText(secret, "secure_auth_token_secret"),
  ];
  for (const value of [accessKey, secretKey, jwksKey]) context.secrets.mask(value);
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
  };
}

/** Reads the password of the shared Redis and masks it: the chart keeps it under the release's full name. */
export async function readRedisPassword({
  context,
  environment,
  secrets,
  kubernetes,
}: Cluster): Promise<string | undefined> {
  const use = environment.components.find((each) => each.id === "redis");
  if (!use) return undefined;
  const { lookup, known } = placeholdersFor(use, environment, secrets);
  const values = resolveValues(use, { known, lookup: (name) => lookup(name) ?? "" });
  const name = fullname(use.release, "redis", values);
  const password = await readSecretKey(kubernetes, use.namespace, name, "redis-password");
  context.secrets.mask(password);
  return password;
}
