import type { Credentials } from "../../../clearml/api.ts";
import type { Context } from "../../../core/context.ts";
import type { Kubernetes } from "../../../kubernetes/api.ts";
import { ownerLabels, type TenantOwner } from "../../../kubernetes/namespaces.ts";
import { resourcePath } from "../../../kubernetes/objects.ts";
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
      const place = credentialSecret(consumer);
      const found = await kubernetes.get(resourcePath("v1", "Secret", namespace, place.name));
      const data = (found?.data ?? {}) as Record<string, string | undefined>;
      const [accessKey, secretKey] = [decode(data[place.accessKey]), decode(data[place.secretKey])];
      context.secrets.mask(accessKey);
      context.secrets.mask(secretKey);
      return accessKey && secretKey ? { accessKey, secretKey } : undefined;
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

function credentialSecret(consumer: string) {
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
  const found = await kubernetes.get(resourcePath("v1", "Secret", namespace, name));
  return decode((found?.data as Record<string, string | undefined> | undefined)?.[key]);
}

function decode(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, "base64").toString();
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}
