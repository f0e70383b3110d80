import type { Credentials } from "../../../clearml/api.ts";
import type { Context } from "../../../core/context.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import { ownerLabels, type TenantOwner } from "../../../kubernetes/namespaces.ts";
import { type KubernetesObject, resourcePath } from "../../../kubernetes/objects.ts";
import type { TenantMemory } from "../../../tenant/model.ts";
import { tenantState } from "./state.ts";

/** Secret of the agent's credentials; its keys are those of the chart's `existingAgentk8sglueSecret`. */
export const AGENT_SECRET = "clearml-agent-credentials";
export const GATEWAY_SECRET = "clearml-gateway-credentials";

/** Consumers of a tenant's credentials: where each pair is kept, and under which keys. */
const CREDENTIAL_SECRETS: Readonly<Record<string, { name: string; accessKey: string; secretKey: string }>> = {
  agent: { name: AGENT_SECRET, accessKey: "agentk8sglue_key", secretKey: "agentk8sglue_secret" },
  gateway: { name: GATEWAY_SECRET, accessKey: "access_key", secretKey: "secret_key" },
};

/**
 * Remembers a tenant in its own namespace: what it is on the server in one Secret, credentials in one Secret per
 * consumer, so that any later run, on any runner, finds them.
 */
export function tenantMemory(kubernetes: Kubernetes, context: Context, owner: TenantOwner): TenantMemory {
  const { namespace } = owner;
  return {
    ...tenantState(kubernetes, owner),
    async loadCredentials(consumer) {
      const { name } = credentialSecret(consumer);
      return credentialsIn(
        await kubernetes.get(resourcePath("v1", "Secret", namespace, name)),
        consumer,
        context,
      );
    },
    async saveCredentials(consumer, credentials: Credentials) {
      const place = credentialSecret(consumer);
      await kubernetes.apply({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: place.name, namespace, labels: ownerLabels(owner) },
        type: "Opaque",
        data: {
          [place.accessKey]: encode(credentials.accessKey),
          [place.secretKey]: encode(credentials.secretKey),
        },
      });
    },
  };
}

/** The key pair in the Secret of a consumer, masked; undefined when it holds none. */
export function credentialsIn(
  secret: KubernetesObject | undefined,
  consumer: string,
  { secrets }: Pick<Context, "secrets">,
): Credentials | undefined {
  const place = credentialSecret(consumer);
  const [accessKey, secretKey] = [secretText(secret, place.accessKey), secretText(secret, place.secretKey)];
  secrets.mask(accessKey);
  secrets.mask(secretKey);
  return accessKey && secretKey ? { accessKey, secretKey } : undefined;
}

/** Where the key pair of a consumer is kept. */
export function credentialSecret(consumer: string): { name: string; accessKey: string; secretKey: string } {
  const place = CREDENTIAL_SECRETS[consumer];
  if (!place) throw new Error(`no secret is planned for the credentials of ${consumer}`);
  return place;
}

/** A key of a Secret, decoded; undefined when the secret or the key is missing. */
export async function readSecretKey(
  kubernetes: Kubernetes,
  namespace: string,
  name: string,
  key: string,
): Promise<string | undefined> {
  return secretText(await kubernetes.get(resourcePath("v1", "Secret", namespace, name)), key);
}

/** A key of a Secret, decoded; undefined when it is not there. */
export function secretText(secret: KubernetesObject | undefined, key: string): string | undefined {
  const text = (secret?.data as Record<string, string | undefined> | undefined)?.[key];
  return text === undefined ? undefined : Buffer.from(text, "base64").toString();
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
