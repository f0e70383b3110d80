/** Keys below `clearml` with which agents and gateways log in to the API, in every generation of their charts. */
const CREDENTIAL =
  /^clearml\.(agentk8sglue(Key|Secret)|apiKey|apiSecret|apiServerKey|apiServerSecret|apiserverKey|apiserverSecret)$/;

/** Whether a key of an agent's or gateway's values holds its tenant's credentials. */
export function isTenantCredential(name: string): boolean {
  return CREDENTIAL.test(name);
}
