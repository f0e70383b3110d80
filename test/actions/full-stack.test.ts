import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadEnvironment } from "../../src/environment/load.ts";
import type { ComponentUse, Environment } from "../../src/environment/model.ts";
import { newest } from "../support/deployment.ts";
import { ALL_SECRETS, type FullStack, startFullStack } from "../support/full-stack.ts";
import { admits, type Source } from "../support/network-policies.ts";

const FIXTURE = resolve(import.meta.dirname, "../fixtures/environments/full-stack");
const INGRESS: Source = { namespace: "ingress-nginx" };
const STRANGER: Source = { namespace: "somebody-else" };

let stack: FullStack;
let environment: Environment;
beforeAll(async () => {
  stack = await startFullStack();
  environment = await loadEnvironment("clearml.yaml", { cwd: FIXTURE });
});
afterAll(() => stack?.stop());

/** The components of the cluster that are releases. */
const charts = (): ComponentUse[] =>
  environment.components.filter(({ definition }) => definition.kind === "chart");

/** Values of the environment variables of a Deployment's first container. */
function variables(namespace: string, name: string): Record<string, string | undefined> {
  const [container] = stack.get("deployment", namespace, name).spec.template.spec.containers;
  return Object.fromEntries((container?.env ?? []).map((each) => [each.name, each.value]));
}

function decoded(namespace: string, name: string, key: string): string {
  return Buffer.from(stack.get("secret", namespace, name).data[key] ?? "", "base64").toString();
}

/** Whether a source reaches a port of the pods whose name starts so. */
function reaches(source: Source, namespace: string, pod: string, port: number): boolean {
  const found = stack.pods(namespace).filter(({ name }) => name.startsWith(pod));
  expect(found, pod).not.toEqual([]);
  const policies = stack.policies();
  return found.every(({ labels }) =>
    admits(policies, source, { namespace, labels, port, ports: { http: 8080 } }),
  );
}

describe("the whole stack", () => {
  it("is foretold, with the applications that would be uploaded", async () => {
    const run = await stack.controlPlane({ mode: "plan" });
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("true");
    expect(run.summary).toMatch(/\d+ applications to upload/);
    expect(newest(stack.deployment.releases())).toEqual([]);
  });

  it("is deployed in one run", async () => {
    const run = await stack.controlPlane();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("true");
    const listed = JSON.parse(run.outputs.releases ?? "") as { component: string; action: string }[];
    expect(listed.map(({ component, action }) => `${component}: ${action}`).sort()).toEqual(
      charts()
        .map(({ id }) => `${id}: install`)
        .sort(),
    );
    const releases = newest(stack.deployment.releases());
    expect(releases.map(({ namespace, name, status }) => `${namespace}/${name} ${status}`).sort()).toEqual(
      charts()
        .map(({ namespace, release }) => `${namespace}/${release} deployed`)
        .sort(),
    );
  });

  it("is deployed in the order of its needs", () => {
    const changes = stack.changes();
    const times = ({ namespace, release }: ComponentUse) => {
      const what = `secrets ${namespace}/sh.helm.release.v1.${release}.v1`;
      const of = changes.filter((change) => change.what.endsWith(what));
      expect(of.map((change) => change.what.split(" ")[0])).toEqual(["create", "update"]);
      return { begun: of[0]?.at ?? "", done: of[1]?.at ?? "" };
    };
    const pairs = charts().flatMap((use) =>
      charts()
        .filter((each) => use.definition.needs.includes(each.id))
        .map((needed) => [needed, use] as const),
    );
    expect(pairs.length).toBeGreaterThan(6);
    for (const [needed, use] of pairs)
      expect(times(needed).done < times(use).begun, `${needed.id} before ${use.id}`).toBe(true);
  });

  it("gives the API server its supervisor, log-ins, billing and fixed users, secrets filled in", () => {
    const env = variables("clearml", "clearml-clearml-enterprise-apiserver");
    const login = "CLEARML__secure__login__sso__oauth_client__";
    expect(env).toMatchObject({
      CLEARML__secure__credentials__supervisor__user_key: `"${ALL_SECRETS.SUPERVISOR_KEY}"`,
      CLEARML__secure__credentials__supervisor__email: '"ops@ml.example.com"',
      CLEARML__secure__credentials__platform_management__user_key: `"${ALL_SECRETS.PLATFORM_KEY}"`,
      [`${login}auth0__client_secret`]: `"${ALL_SECRETS.AUTH0_CLIENT_SECRET}"`,
      [`${login}keycloak__client_secret`]: `"${ALL_SECRETS.KEYCLOAK_CLIENT_SECRET}"`,
      CLEARML__HOSTS__KAFKA__BILLING__HOST: '["clearml-billing-kafka.clearml-billing:9092"]',
      CLEARML__SECURE__KAFKA__BILLING__sasl_plain_password: `"${ALL_SECRETS.KAFKA_PASSWORD}"`,
    });
    const config = stack.get("configmap", "clearml", "clearml-clearml-enterprise-apiserver-configmap");
    expect(config.data["apiserver.conf"]).toContain(`password: "${ALL_SECRETS.FIXED_USER_PASSWORD}"`);
    expect(JSON.stringify([env, config])).not.toContain("${");
  });

  it("gives each part what it shares with another", () => {
    expect(decoded("redis-shared", "redis", "redis-password")).toBe(ALL_SECRETS.SHARED_REDIS);
    expect(decoded("clearml", "clearml-enterprise-platform-management", "api_secret")).toBe(
      ALL_SECRETS.PLATFORM_SECRET,
    );
    const pull = decoded("clearml-billing", "clearml-billing-registry-key", ".dockerconfigjson");
    expect(pull).toContain("dockerhubcustpocbillingaccess");
    expect(pull).toContain(ALL_SECRETS.CLEARML_BILLING_TOKEN);
    const kubectl = stack.deployment.world.kubectl;
    const daemonsets = kubectl("-n", "gpu-operator", "get", "daemonsets", "-o", "json");
    expect(daemonsets).not.toContain("nvidia-mig-manager");
    expect(daemonsets).toMatch(/"name": "MIG_STRATEGY",\s+"value": "mixed"/);
  });

  it("uploads the applications, their images converted", () => {
    expect(stack.uploads()).toHaveLength(1);
    expect(stack.uploads()[0]?.packages["hpo.zip"]).toContain("registry.example.com/clearml-apps:hpo");
    const memory = stack.get("configmap", "clearml", "clearml-actions-applications");
    expect(memory.data.applications).toBe(
      '[{"id":"hpo","version":"1.10.0"},{"id":"trigger","version":"2.0.1"}]',
    );
  });

  it.each([
    ["clearml-clearml-enterprise-apiserver", 8008, true],
    ["clearml-clearml-enterprise-webserver", 8080, true],
    ["clearml-clearml-enterprise-fileserver", 8081, true],
    ["clearml-presign-service", 8080, true],
    ["clearml-enterprise-platform-management-webserver", 8080, true],
    ["clearml-enterprise-platform-management-server", 8008, false],
    ["clearml-mongodb", 27017, false],
    ["clearml-redis-master", 6379, false],
  ])("the ingress controller reaches %s:%d: %s", (pod, port, expected) => {
    expect(reaches(INGRESS, "clearml", pod, port)).toBe(expected);
    expect(reaches({ namespace: "clearml" }, "clearml", pod, port)).toBe(true);
  });

  it("keeps billing and Redis to those who need them", () => {
    const tenant: Source = { namespace: "acme", namespaceLabels: { "clearml-actions/tenant": "acme" } };
    expect(reaches(tenant, "redis-shared", "redis-master", 6379)).toBe(true);
    expect(reaches({ namespace: "clearml" }, "redis-shared", "redis-master", 6379)).toBe(true);
    expect(reaches(STRANGER, "redis-shared", "redis-master", 6379)).toBe(false);
    expect(reaches({ namespace: "clearml" }, "clearml-billing", "clearml-billing-kafka", 9092)).toBe(true);
    expect(reaches(tenant, "clearml-billing", "clearml-billing-kafka", 9092)).toBe(false);
  });

  it("is left alone the second time", async () => {
    const before = stack.deployment.releases().length;
    const run = await stack.controlPlane();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("false");
    expect(stack.deployment.releases()).toHaveLength(before);
    expect(stack.uploads()).toHaveLength(1);
  });
});

describe("a tenant of the whole stack", () => {
  it("gets the password of the shared Redis and reaches what it must", async () => {
    const run = await stack.tenant("acme");
    expect(run.code, run.stdout).toBe(0);
    const env = variables("acme", "clearml-agent-clearml-enterprise-agent");
    expect(env.CLEARML_AGENT_REDIS_PASSWORD).toBe(ALL_SECRETS.SHARED_REDIS);
    expect(reaches(INGRESS, "acme", "clearml-app-gateway-clearml-enterprise-app-gateway-proxy", 8080)).toBe(
      true,
    );
    expect(
      reaches("outside", "acme", "clearml-app-gateway-clearml-enterprise-app-gateway-proxy", 30105),
    ).toBe(true);
    expect(reaches(STRANGER, "acme", "clearml-agent", 8080)).toBe(false);
  });

  it("lets users into the sessions of an agent in port mode, and into nothing else", () => {
    const policies = stack.policies();
    const session = { "ai.allegro.agent.serial": "pod-2" };
    const target = { namespace: "acme", labels: session, port: 10022 };
    expect(admits(policies, "outside", target)).toBe(true);
    expect(admits(policies, "outside", { ...target, port: 8888 })).toBe(false);
    expect(admits(policies, "outside", { ...target, labels: { app: "task" } })).toBe(false);
  });
});

describe("the community edition", () => {
  it("is deployed from the public charts, and left alone the second time", async () => {
    for (const changed of ["true", "false"]) {
      const run = await stack.community();
      expect(run.code, run.stdout).toBe(0);
      expect(run.outputs.changed).toBe(changed);
    }
    const releases = newest(stack.deployment.releases()).filter(({ namespace }) =>
      namespace.startsWith("community"),
    );
    expect(releases.map(({ namespace, name }) => `${namespace}/${name}`).sort()).toEqual([
      "community-agent/clearml-agent",
      "community-serving/clearml-serving",
      "community/clearml",
    ]);
    expect(variables("community-serving", "clearml-serving-inference").CLEARML_API_HOST).toBe(
      "https://api.ml.example.com",
    );
    expect(decoded("community", "clearml-conf", "apiserver_key")).toMatch(/^[A-Z0-9]{30}$/);
  });
});

describe("every run", () => {
  it("shows no secret in log, summary or outputs", () => {
    expect(stack.runs.length).toBeGreaterThan(4);
    for (const run of stack.runs) {
      const log = run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
      const written = JSON.stringify([log, run.stderr, run.summary, run.outputs]);
      for (const [name, secret] of Object.entries(ALL_SECRETS)) expect(written, name).not.toContain(secret);
      expect(written).not.toContain("canary-signature");
    }
  });
});
