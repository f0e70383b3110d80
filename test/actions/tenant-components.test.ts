import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { admits, type Policy } from "../support/network-policies.ts";
import type { ActionRun } from "../support/run-action.ts";
import { KEPT, startTenantComponents, type TenantComponents } from "../support/tenant-components.ts";

const AGENT = "clearml-agent-clearml-enterprise-agent";
const GATEWAY = "clearml-app-gateway-clearml-enterprise-app-gateway";
const ROUTER = "clearml-ttr-clearml-enterprise-task-traffic-router";

let tenants: TenantComponents;
let run: ActionRun;

beforeAll(async () => {
  tenants = await startTenantComponents();
  run = await tenants.deploy();
});
afterAll(() => tenants?.stop());

/** Labels of the live credentials with this access key, of one company. */
function labelsOf(company: string, accessKey: string | undefined): (string | undefined)[] {
  const { companies, logins } = tenants.api.state;
  const id = [...companies.values()].find(({ name }) => name === company)?.id;
  return [...logins.values()]
    .filter((login) => login.company === id)
    .flatMap(({ credentials }) => credentials)
    .filter((each) => each.accessKey === accessKey)
    .map(({ label }) => label);
}

describe("each tenant", () => {
  it("is deployed, told where its gateway is, and left alone the second time", async () => {
    expect(run.code, run.stdout).toBe(0);
    const listed = (each: ActionRun) =>
      (JSON.parse(each.outputs.tenants ?? "") as { tenant: string; outcome: string; gatewayUrl: string }[])
        .map(({ tenant, outcome, gatewayUrl }) => `${tenant} ${outcome} ${gatewayUrl}`)
        .sort();
    expect(listed(run)).toEqual([
      "annex changed https://annex.ml.example.com",
      "bench changed http://192.0.2.7:30111",
      "lab changed https://lab.ml.example.com",
    ]);
    const second = await tenants.deploy();
    expect(second.code, second.stdout).toBe(0);
    expect(second.outputs.changed).toBe("false");
    expect(listed(second).map((each) => each.split(" ")[1])).toEqual(["unchanged", "unchanged", "unchanged"]);
  });

  it.each([
    ["lab", "Lab Ltd", AGENT, `${ROUTER}-router`],
    ["bench", "Bench Inc.", AGENT, `${GATEWAY}-router`],
    ["annex", "Annex SA", AGENT, `${GATEWAY}-router`],
  ])("%s runs with keys of its own company, one for each consumer", (name, company, agent, gateway) => {
    const pairs = [agent, gateway].map((each) => tenants.environment(name, each));
    const labels = pairs.map((each) => labelsOf(company, each.CLEARML_API_ACCESS_KEY));
    expect(labels).toEqual([[expect.stringContaining("agent")], [expect.stringContaining("gateway")]]);
    for (const pair of pairs) expect(pair.CLEARML_API_SECRET_KEY).toMatch(/^\S{32,}$/);
    for (const pair of pairs) expect(pair.CLEARML_API_HOST).toBe("https://api.ml.example.com");
  });
});

describe("the agent of the older guides", () => {
  interface TaskPod {
    metadata: { labels: Record<string, string> };
    spec: {
      volumes: { name: string; emptyDir: { medium: string; sizeLimit: string } }[];
      containers: { resources?: unknown; volumeMounts: { name: string; mountPath: string }[] }[];
    };
  }

  it.each([
    ["default", "0.5", undefined, "8Gi"],
    ["whole-card", "1", { "nvidia.com/mig-7g.40gb": 1, "clear.ml/fraction-1": "1" }, "8Gi"],
    ["half-card", "0.5", { "nvidia.com/mig-3g.20gb": 1, "clear.ml/fraction-1": "0.5" }, "8Gi"],
    ["quarter-card", "0.25", { "nvidia.com/mig-2g.10gb": 1, "clear.ml/fraction-1": "0.25" }, "2Gi"],
  ])("gives the tasks of %s their share of a card and of memory", (queue, share, limits, memory) => {
    const text = tenants.item("configmaps", "lab", `${AGENT}-pt`).data["template.yaml"] ?? "";
    const pod = (parse(text) as Record<string, TaskPod>)[queue];
    expect(pod?.metadata.labels).toEqual({ "required-resources": share, "billing-monitored": "true" });
    expect(pod?.spec.containers[0]?.resources).toEqual(limits && { limits });
    expect(pod?.spec.containers[0]?.volumeMounts).toEqual([{ name: "shared-memory", mountPath: "/dev/shm" }]);
    expect(pod?.spec.volumes).toEqual([
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: memory } },
    ]);
  });

  it("is told what its file says, and the password of the shared Redis", () => {
    expect(tenants.environment("lab", AGENT)).toMatchObject({
      CLEARML_AGENT_REDIS_HOST: "redis-master.redis-shared",
      CLEARML_AGENT_REDIS_PORT: "6379",
      CLEARML_AGENT_REDIS_DB: "0",
      CLEARML_AGENT_REDIS_PASSWORD: KEPT.redisPassword,
      CLEARML_K8S_SUPPORT_SUSPENSION: "1",
      CLEARML_K8S_PORTS_MODE_ON_REQUEST_ONLY: "1",
      CLEARML_K8S_GLUE_MAX_RESOURCES: "3",
      CLEARML_K8S_GLUE_POD_MIN_RES_FIELD: "metadata|labels|required-resources",
      CLEARML_K8S_GLUE_POD_MAX_RES_FIELD: "metadata|labels|required-resources",
      CLEARML_K8S_GLUE_QUEUE_MAX_PODS: '{"default":10,"half-card":4,"quarter-card":8,"whole-card":2}',
      CLEARML_K8S_GLUE_CREATE_QUEUE: "1",
      CLEARML_K8S_GLUE_DEBUG: "1",
      CLEARML_DOCKER_IMAGE: "python:3.12",
      CLEARML_FILES_HOST: "https://files.ml.example.com",
      CLEARML_WEB_HOST: "https://app.ml.example.com",
      K8S_GLUE_QUEUE: "default half-card quarter-card whole-card",
    });
    const [container] = tenants.item("deployments", "lab", AGENT).spec.template.spec.containers;
    expect(container?.image).toMatch(/clearml-agent-k8s-base:1\.24-1\.9\.0-170$/);
  });

  it("opens its sessions at the ports of its file, to users and to nobody's other port", () => {
    const sessions = tenants
      .items("services", "lab")
      .filter(({ metadata }) => /^clearml-session-/.test(metadata.name));
    const ports = sessions.map(({ spec }) => [spec.selector, spec.ports?.map((each) => each.nodePort)]);
    expect(ports).toEqual(
      [1, 2, 3, 4].map((number) => [{ "ai.allegro.agent.serial": `pod-${number}` }, [31010 + number]]),
    );
    expect(tenants.environment("lab", AGENT).K8S_GLUE_EXTRA_ARGS).toMatch(
      /--ports-mode --num-of-services 4 --base-port 31010 --gateway-address 192\.0\.2\.10$/,
    );
    const policies = tenants.items("networkpolicies", "lab") as unknown as Policy[];
    const session = { namespace: "lab", labels: { "ai.allegro.agent.serial": "pod-3" }, port: 10022 };
    expect(admits(policies, "outside", session)).toBe(true);
    expect(admits(policies, "outside", { ...session, port: 8888 })).toBe(false);
  });

  it("has a name among the agents of the cluster", () => {
    expect(tenants.config("lab", "clearml-agent").sessions).toMatchObject({ agentID: "lab" });
  });
});

describe("the traffic router", () => {
  it("checks logins with the server's signing key and cookie", () => {
    expect(tenants.environment("lab", `${ROUTER}-router`)).toMatchObject({
      JWKS_KEY: KEPT.signingKey,
      AUTH_COOKIE_NAME: "clearml-token-demo",
      ROUTER__STREAM__EXTERNAL_URL: "tcp.lab.ml.example.com",
      ROUTER__STREAM__PORT_RANGE__START: "31100",
      ROUTER__STREAM__PORT_RANGE__END: "31104",
    });
  });

  it("is reached by the ingress controller and at its session ports, and by no stranger", () => {
    expect(tenants.reaches({ namespace: "ingress-nginx" }, "lab", `${ROUTER}-proxy`, 8080)).toBe(true);
    expect(tenants.reaches("outside", "lab", `${ROUTER}-proxy`, 31102)).toBe(true);
    expect(tenants.reaches({ namespace: "bench" }, "lab", `${ROUTER}-proxy`, 8080)).toBe(false);
  });
});

describe("a tenant that says as little as can be", () => {
  it("has an agent for the queues of its file and for its applications", () => {
    expect(tenants.environment("bench", AGENT).K8S_GLUE_QUEUE).toBe("default training");
    expect(tenants.config("bench", "clearml-agent")).toMatchObject({
      clearml: { existingAgentk8sglueSecret: "clearml-agent-credentials" },
      agentk8sglue: { appsQueue: { enabled: true } },
    });
    expect(JSON.stringify(tenants.config("bench", "clearml-agent"))).not.toContain('agentk8sglueSecret":"');
  });

  it("has a gateway at the node port of its address, with a cookie for http", () => {
    const service = tenants.item("services", "bench", GATEWAY);
    expect(service.spec).toMatchObject({ type: "NodePort", ports: [{ nodePort: 30111, targetPort: 8080 }] });
    expect(tenants.environment("bench", `${GATEWAY}-router`)).toMatchObject({
      ROUTER_URL: "http://192.0.2.7:30111",
      ROUTER__HTTP__AUTHORIZATION__COOKIE__SECURE: "false",
      AUTH_COOKIE_NAME: "clearml-token-demo",
    });
    expect(tenants.items("ingresses", "bench")).toEqual([]);
    expect(tenants.reaches("outside", "bench", `${GATEWAY}-proxy`, 8080)).toBe(true);
    expect(tenants.reaches("outside", "bench", AGENT, 8080)).toBe(false);
  });

  it("has no signing key of the server", () => {
    const text = JSON.stringify([
      tenants.items("secrets", "bench"),
      tenants.config("bench", "clearml-app-gateway"),
    ]);
    expect(text).not.toContain(Buffer.from(KEPT.signingKey).toString("base64"));
    expect(text).not.toContain(KEPT.signingKey);
  });

  it("has its session ports under the name of today", () => {
    const stream = tenants.item("services", "bench", `${GATEWAY}-stream`);
    expect(stream.spec.ports?.map(({ nodePort }) => nodePort)).toEqual([30120, 30121, 30122, 30123, 30124]);
    expect(tenants.config("bench", "clearml-app-gateway")).not.toHaveProperty("tcpSession");
  });
});

describe("an app-gateway before streamSession", () => {
  it("serves the session ports of its file behind the load balancer, and it is said how", () => {
    expect(run.stdout).toContain("app-gateway: this chart does not read `streamSession`");
    const stream = tenants.item("services", "annex", `${GATEWAY}-stream`);
    expect(stream.spec.type).toBe("LoadBalancer");
    expect(stream.spec.ports?.map(({ port }) => port)).toEqual(
      Array.from({ length: 11 }, (_, index) => 30140 + index),
    );
    expect(tenants.reaches("outside", "annex", `${GATEWAY}-proxy`, 30145)).toBe(true);
  });

  it("has an agent that keeps what its file switches off", () => {
    expect(tenants.config("annex", "clearml-agent")).toMatchObject({
      agentk8sglue: { appsQueue: { enabled: false } },
    });
    expect(run.stdout).toContain(
      "agent: the control plane runs applications in the tenants' agents, and this one",
    );
  });
});

describe("the run", () => {
  it("shows no secret in log, summary or outputs", () => {
    const keys = [...tenants.api.state.logins.values()].flatMap(({ credentials }) => credentials);
    const secrets = [
      ...[KEPT.systemSecret, KEPT.signingKey, KEPT.redisPassword],
      ...keys.map(({ secretKey }) => secretKey),
    ];
    expect(secrets.length).toBeGreaterThan(8);
    const log = run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    const written = JSON.stringify([log, run.stderr, run.summary, run.outputs]);
    for (const each of secrets) expect(written).not.toContain(each);
  });
});
