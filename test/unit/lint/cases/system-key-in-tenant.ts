import { environment, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  environment(
    "system-key-in-tenant",
    "an agent with the server's key",
    {
      controlPlane: "clearml: { apiserverKey: '${OTHER}' }\n",
      agent: "clearml: { agentk8sglueKey: '${OTHER}' }\n",
    },
    ["error tenants/acme/agent.yaml:1:29"],
    {
      controlPlane: "clearml: { apiserverKey: '${OTHER}' }\n",
      agent: "clearml: { agentk8sglueKey: '${TENANT_ACCESS_KEY}' }\n",
    },
  ),
  environment(
    "system-key-in-tenant",
    "a gateway with the supervisor's key",
    {
      controlPlane:
        "apiserver: { extraEnvs: [{ name: CLEARML__secure__credentials__supervisor__user_key, value: '\"${OTHER}\"' }] }\n",
      gateway: "clearml: { apiKey: '${OTHER}' }\n",
    },
    ["error tenants/acme/gateway.yaml:1:20"],
    {
      controlPlane:
        "apiserver: { extraEnvs: [{ name: CLEARML__secure__login__sso__oauth_client__google__client_secret, value: '\"${OTHER}\"' }] }\n",
      gateway: "clearml: { apiKey: '${OTHER}' }\n",
    },
  ),
];
