import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deployment, startDeployment } from "../support/deployment.ts";
import type { ActionRun } from "../support/run-action.ts";

let deployment: Deployment;
let api: Awaited<ReturnType<Deployment["world"]["api"]>>;

beforeAll(async () => {
  deployment = await startDeployment();
  const server = await deployment.act("deploy-control-plane");
  expect(server.code, server.stdout).toBe(0);
  api = await deployment.world.api();
  const tenant = await act();
  expect(tenant.code, tenant.stdout).toBe(0);
});
afterAll(() => deployment?.stop());

const act = (inputs: Record<string, string> = {}): Promise<ActionRun> =>
  deployment.act("deploy-tenant", { tenant: "acme", "api-url": api.url, ...inputs });

const SECRETS = {
  agent: { name: "clearml-agent-credentials", access: "agentk8sglue_key", secret: "agentk8sglue_secret" },
  gateway: { name: "clearml-gateway-credentials", access: "access_key", secret: "secret_key" },
} as const;

/** The pair that the consumer's Secret holds. */
function kept(consumer: keyof typeof SECRETS): { accessKey: string; secretKey: string } {
  const { name, access, secret } = SECRETS[consumer];
  const { data } = JSON.parse(
    deployment.world.kubectl("-n", "acme", "get", "secret", name, "-o", "json"),
  ) as { data: Record<string, string> };
  const decode = (key: string) => Buffer.from(data[key] ?? "", "base64").toString();
  return { accessKey: decode(access), secretKey: decode(secret) };
}

/** Access keys of the tenant's admin on the server with a consumer's label. */
function labelled(consumer: string): string[] {
  return [...api.state.logins.values()].flatMap(({ credentials }) =>
    credentials.filter(({ label }) => label === `${consumer}:acme`).map(({ accessKey }) => accessKey),
  );
}

async function logsIn({ accessKey, secretKey }: { accessKey: string; secretKey: string }): Promise<number> {
  const Authorization = `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString("base64")}`;
  const headers = { Authorization, "X-Clearml-Worker": "acme-k8s-agent" };
  return (await fetch(`${api.url}/auth.login`, { headers })).status;
}

/** Plays the pods, which log in with whatever key their Secret holds once they were started anew. */
function playPods(consumer: keyof typeof SECRETS, whenStamped: () => boolean): { stop(): Promise<void> } {
  let running = true;
  const ended = (async () => {
    while (running) {
      if (whenStamped()) await logsIn(kept(consumer));
      await pause(200);
    }
  })();
  return {
    async stop() {
      running = false;
      await ended;
    },
  };
}

/** Fingerprints on the pod templates of a release's workloads. */
function stamps(release: string): (string | undefined)[] {
  const { items } = JSON.parse(
    deployment.world.kubectl("-n", "acme", "get", "deployments,statefulsets", "-o", "json"),
  ) as {
    items: {
      metadata: { annotations?: Record<string, string> };
      spec: { template: { metadata: { annotations?: Record<string, string> } } };
    }[];
  };
  return items
    .filter(({ metadata }) => metadata.annotations?.["meta.helm.sh/release-name"] === release)
    .map(({ spec }) => spec.template.metadata.annotations?.["clearml-actions/credentials"]);
}

describe("rotate-credentials", () => {
  it("makes a new key, rolls it out, sees it used, and only then revokes the old one", async () => {
    const before = kept("agent");
    const gateway = kept("gateway");
    const pods = playPods("agent", () => stamps("clearml-agent").some((stamp) => stamp !== undefined));
    const run = await act({ "rotate-credentials": "agent" });
    await pods.stop();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed).toBe("true");
    const after = kept("agent");
    expect(after.accessKey).not.toBe(before.accessKey);
    expect(labelled("agent")).toEqual([after.accessKey]);
    expect(await logsIn(before)).toBe(401);
    expect(await logsIn(after)).toBe(200);
    expect(kept("gateway")).toEqual(gateway);
    expect(new Set(stamps("clearml-agent")).size).toBe(1);
    expect(stamps("clearml-app-gateway")).not.toContain(stamps("clearml-agent")[0]);
    expect(run.summary).toMatch(/credentials/);
    for (const text of [before.secretKey, after.secretKey]) {
      expect(run.stdout.replaceAll(/^::add-mask::.*$/gm, "")).not.toContain(text);
      expect(run.summary).not.toContain(text);
    }
  });

  it("leaves nothing to do", async () => {
    const run = await act();
    expect(run.code, run.stdout).toBe(0);
    expect(run.outputs.changed, run.stdout).toBe("false");
  });

  it("keeps the old key when the new one is not seen in use, says so, and goes on the next time", async () => {
    const before = kept("agent");
    const late = await act({ "rotate-credentials": "agent", timeout: "5s" });
    expect(late.code).not.toBe(0);
    expect(late.stdout).toMatch(/not.*(used|in use)/);
    expect(await logsIn(before)).toBe(200);
    expect(labelled("agent")).toHaveLength(2);
    // The pods have come up meanwhile. Nobody asks for a rotation any more: it is ended all the same.
    expect(await logsIn(kept("agent"))).toBe(200);
    const next = await act();
    expect(next.code, next.stdout).toBe(0);
    expect(labelled("agent")).toEqual([kept("agent").accessKey]);
    expect(await logsIn(before)).toBe(401);
  });

  it("is what makes good a lost Secret too: new key, restarted pods, no orphan", async () => {
    const [stampBefore] = stamps("clearml-app-gateway");
    deployment.world.kubectl("-n", "acme", "delete", "secret", SECRETS.gateway.name);
    const run = await act();
    expect(run.code, run.stdout).toBe(0);
    expect(labelled("gateway")).toEqual([kept("gateway").accessKey]);
    expect(await logsIn(kept("gateway"))).toBe(200);
    expect(stamps("clearml-app-gateway")[0]).not.toBe(stampBefore);
  });
});
