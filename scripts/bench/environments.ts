/** Environments of any size, the same for the same seed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Random, randomFrom } from "../../test/support/random.ts";

function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Writes `clearml.yaml` and `tenants` tenants with two override files each; returns the number of lines. */
export function writeEnvironment(folder: string, tenants: number, seed: number): number {
  const random = randomFrom(seed);
  let lines = 0;
  const add = (file: string, text: string) => {
    write(folder, file, text);
    lines += text.split("\n").length - 1;
  };
  add("clearml.yaml", ENVIRONMENT);
  add("overrides/control-plane.yaml", CONTROL_PLANE);
  add("overrides/redis.yaml", `auth:\n  password: \${SHARED_REDIS}\n`);
  for (let index = 0; index < tenants; index++) {
    const name = `tenant-${index}`;
    add(`tenants/${name}.yaml`, tenantFile(name));
    add(`tenants/${name}/agent.yaml`, agentValues(random));
    add(`tenants/${name}/gateway.yaml`, gatewayValues(random, index));
  }
  return lines;
}

const ENVIRONMENT = `version: 1
name: bench
baseDomain: ml.example.com
kubernetesVersion: "1.34"
variables: { COOKIE_NAME: clearml_cookie }
secrets: [CLEARML_DOCKERHUB_TOKEN, SHARED_REDIS]
components:
  redis: { version: 17.8.3, overrides: [overrides/redis.yaml] }
  control-plane: { version: 10.12.7, overrides: [overrides/control-plane.yaml] }
tenants: tenants/*.yaml
`;

const CONTROL_PLANE = `imageCredentials:
  password: \${CLEARML_DOCKERHUB_TOKEN}
clearml:
  cookieDomain: \${BASE_DOMAIN}
  cookieName: \${COOKIE_NAME}
apiserver:
  ingress: { enabled: true, hostName: "api.\${BASE_DOMAIN}", ingressClassName: nginx }
fileserver:
  ingress: { enabled: true, hostName: "files.\${BASE_DOMAIN}", ingressClassName: nginx }
webserver:
  ingress: { enabled: true, hostName: "app.\${BASE_DOMAIN}", ingressClassName: nginx }
`;

function tenantFile(name: string): string {
  return `name: ${name}
company: Company ${name}
admin:
  name: Admin
  email: admin@${name}.example
domains: [${name}.example]
queues: [default, gpu-0]
components:
  agent:
    version: 6.14.6
    overrides: [${name}/agent.yaml]
  app-gateway:
    version: 3.2.0
    overrides: [${name}/gateway.yaml]
  network-isolation: {}
`;
}

/** An agent's values: some environment variables and four queues of their own sizes. */
export function agentValues(random: Random): string {
  const queues = Array.from(
    { length: 4 },
    (_, index) => `    gpu-${index}:
      templateOverrides:
        labels:
          required-resources: "${index + 1}"
        resources:
          limits:
            nvidia.com/gpu: ${index + 1}
      queueSettings:
        maxPods: ${1 + random.integer(20)}
`,
  );
  return `imageCredentials:
  password: \${CLEARML_DOCKERHUB_TOKEN}

# The credentials and the addresses of the server are filled in by the deployment.
agentk8sglue:
  defaultContainerImage: registry.example.com/python:3.12.${random.integer(9)}
  extraEnvs:
    - name: CLEARML_K8S_SUPPORT_SUSPENSION
      value: "1"
    - name: CLEARML_AGENT_REDIS_HOST
      value: redis-master.redis-shared
    - name: CLEARML_AGENT_REDIS_PORT
      value: "6379"
    - name: CLEARML_AGENT_REDIS_DB
      value: "0"
    - name: CLEARML_AGENT_REDIS_PASSWORD
      value: \${REDIS_PASSWORD}
  queues:
    default:
      templateOverrides: {}
      queueSettings:
        maxPods: ${1 + random.integer(20)}
${queues.join("")}`;
}

function gatewayValues(random: Random, index: number): string {
  const start = 20_000 + index * 5;
  const environment = Array.from(
    { length: 6 },
    (_, at) => `  - name: EXTRA_${at}\n    value: "${random.integer(1000)}"\n`,
  );
  return `imageCredentials:
  password: \${CLEARML_DOCKERHUB_TOKEN}

# Credentials and the address of the API are filled in by the deployment.
clearml:
  authCookieName: \${COOKIE_NAME}

ingress:
  enabled: true
  hostName: \${TENANT}.\${BASE_DOMAIN}
  ingressClassName: nginx
  annotations:
    nginx.ingress.kubernetes.io/proxy-body-size: "0"
    nginx.ingress.kubernetes.io/proxy-read-timeout: "600"

streamSession:
  routerAddress: tcp.\${TENANT}.\${BASE_DOMAIN}
  service:
    type: LoadBalancer
  portRange:
    start: ${start}
    end: ${start + 4}

nodeSelector:
  pool: gateways
tolerations:
  - key: dedicated
    operator: Equal
    value: "gateways"
    effect: NoSchedule
resources:
  requests:
    cpu: ${100 + random.integer(400)}m
    memory: 256Mi
  limits:
    cpu: "1"
    memory: 1Gi
extraEnvs:
${environment.join("")}`;
}
