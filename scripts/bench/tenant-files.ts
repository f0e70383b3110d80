/** Files of many tenants that are alike, and share their override files. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const AGENT = `imageCredentials:
  password: \${CLEARML_DOCKERHUB_TOKEN}
agentk8sglue:
  defaultContainerImage: python:3.12
  extraEnvs:
    - name: CLEARML_AGENT_REDIS_HOST
      value: redis-master.redis-shared
    - name: CLEARML_AGENT_REDIS_PASSWORD
      value: \${REDIS_PASSWORD}
  queues:
    default:
      templateOverrides: {}
      queueSettings:
        maxPods: 10
`;

const GATEWAY = `imageCredentials:
  password: \${CLEARML_DOCKERHUB_TOKEN}
clearml:
  authCookieName: \${COOKIE_NAME}
ingress:
  enabled: true
  hostName: \${TENANT}.\${BASE_DOMAIN}
  ingressClassName: nginx
`;

/** Writes so many tenants below `tenants/` of an environment. Their names. */
export function writeTenants(environment: string, count: number): string[] {
  const folder = join(environment, "tenants");
  mkdirSync(join(folder, "shared"), { recursive: true });
  writeFileSync(join(folder, "shared/agent.yaml"), AGENT);
  writeFileSync(join(folder, "shared/gateway.yaml"), GATEWAY);
  return Array.from({ length: count }, (_, index) => {
    const name = `team-${String(index + 1).padStart(4, "0")}`;
    writeFileSync(join(folder, `${name}.yaml`), tenantFile(name));
    return name;
  });
}

function tenantFile(name: string): string {
  return `name: ${name}
company: Company of ${name}
admin: { name: Admin of ${name}, email: admin@${name}.example }
domains: [${name}.example]
queues: [default]
components:
  agent:
    version: 6.14.6
    repository: \${CHART_REGISTRY}
    overrides: [shared/agent.yaml]
  app-gateway:
    version: 3.2.0
    repository: \${CHART_REGISTRY}
    overrides: [shared/gateway.yaml]
  network-isolation: {}
`;
}
