/** An environment with a control plane and two tenants, whose files may share what they must not. */
import { placeholdersFor } from "../../../src/deploy/placeholders.ts";
import type { ComponentUse, Environment } from "../../../src/environment/model.ts";
import { LATE_NAMES } from "../../../src/overrides/placeholders.ts";
import { resolveValues } from "../../../src/overrides/resolve.ts";
import type { Files } from "../environment/support.ts";

export const SECRETS = new Map([
  ["KEY_ONE", "ACCESSKEYTHATTWOSHARE"],
  ["KEY_TWO", "ACCESSKEYTHATTWOSHARE"],
  ["KEY_THREE", "ANOTHERACCESSKEY"],
  ["SUPERVISOR", "SUPERVISORKEY0042"],
]);

const SERVER = `apiserver:
  ingress: { enabled: true, hostName: "api.\${BASE_DOMAIN}" }
  service: { type: NodePort, nodePort: 30008 }
  additionalConfigs: {}
  extraEnvs:
    - { name: CLEARML__secure__credentials__supervisor__user_key, value: '"\${SUPERVISOR}"' }
    - { name: CLEARML__secure__credentials__supervisor__email, value: '"\${MAIL}"' }
`;

/** Two tenants with these values of agent and gateway, and what else their files say. */
export interface Tenants {
  acme?: { agent?: string; gateway?: string; file?: string };
  globex?: { agent?: string; gateway?: string; file?: string };
}

export function filesOf(tenants: Tenants): Files {
  const files: Record<string, string> = {
    "clearml.yaml": `version: 1
name: test
baseDomain: ml.example.com
variables: { MAIL: Ops@ml.example.com }
secrets: [KEY_ONE, KEY_TWO, KEY_THREE, SUPERVISOR]
components:
  control-plane: { version: 10.12.7, overrides: [server.yaml] }
  redis: { namespace: shared }
tenants: tenants/*.yaml
`,
    "server.yaml": SERVER,
  };
  for (const name of ["acme", "globex"] as const) {
    const { agent = "", gateway = "", file = "" } = tenants[name] ?? {};
    files[`tenants/${name}/agent.yaml`] = agent;
    files[`tenants/${name}/gateway.yaml`] = gateway;
    files[`tenants/${name}.yaml`] = `name: ${name}
${file.includes("admin:") ? "" : `admin: { name: A, email: admin@${name}.example }\n`}${file.includes("components:") ? "" : `components:\n  agent: { version: 6.14.6, overrides: [${name}/agent.yaml] }\n  app-gateway: { version: 3.2.0, overrides: [${name}/gateway.yaml] }\n`}${file}`;
  }
  return files;
}

const LATE = Object.fromEntries(LATE_NAMES.map((name) => [name, ""]));

/** The values as they are known before anything is deployed. */
export function valuesIn(environment: Environment) {
  return (use: ComponentUse) => {
    const tenant = environment.tenants.find(({ name }) => name === use.tenant);
    return resolveValues(use, placeholdersFor(use, environment, SECRETS, tenant, LATE));
  };
}

export const HOST = "ingress: { enabled: true, hostName: apps.example.com }";
export const sessions = (start: number) =>
  `sessions: { portModeEnabled: true, startingPort: ${start}, maxServices: 10 }`;
export const streams = (start: number, address: string, type = "LoadBalancer") =>
  `streamSession:\n  routerAddress: ${address}\n  service: { type: ${type} }\n  portRange: { start: ${start}, end: ${start + 10} }`;
