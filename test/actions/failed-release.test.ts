import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agent } from "../../src/catalogue/agent.ts";
import { redis } from "../../src/catalogue/redis.ts";
import { createExec } from "../../src/core/exec.ts";
import { createSecrets } from "../../src/core/secrets.ts";
import { collectEvidence, type Evidence, saveEvidence } from "../../src/deploy/failure/evidence.ts";
import { rollBack, type TouchedRelease } from "../../src/deploy/failure/rollback.ts";
import type { ClusterSession } from "../../src/deploy/session.ts";
import type { ComponentUse } from "../../src/environment/model.ts";
import { findHelm } from "../../src/helm/helm.ts";
import { readReleases } from "../../src/helm/record.ts";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { recommendedNodes } from "../cluster/objects.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "../cluster/real-node.ts";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type Connection, connect, makeNamespace, watch, watchNew, workload } from "../support/watching.ts";

const unavailable = realNodeUnavailable();
const PASSWORD = "canary-made-by-the-chart";
const TOKEN = "canary-token-of-the-run";

let cluster: Cluster;
let connection: Connection;
let api: Kubernetes;
let folder: string;

beforeAll(async () => {
  cluster = await startCluster({ nodes: recommendedNodes(1) });
  connection = await connect(cluster);
  api = connection.api;
  folder = mkdtempSync(join(tmpdir(), "clearml-actions-failed-"));
  const tools = await ensureTools(["helm", "kubectl"]);
  mkdirSync(join(folder, "bin"));
  for (const name of ["helm", "kubectl"] as const) symlinkSync(tools[name], join(folder, "bin", name));
  writeChart();
});

afterAll(async () => {
  await connection?.close();
  await cluster?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** A chart of a Deployment whose pods fail on demand, and of a Secret. */
function writeChart(): void {
  const templates = join(folder, "chart", "templates");
  mkdirSync(templates, { recursive: true });
  const chart = { apiVersion: "v2", name: "shop", version: "1.0.0" };
  writeFileSync(join(folder, "chart", "Chart.yaml"), JSON.stringify(chart));
  const web = JSON.stringify(workload("Deployment", "web", { fail: "no" }));
  const annotations = `{${JSON.stringify(FAIL_ANNOTATION)}:"no"}`;
  const wanted = `{{ empty .Values.fail | ternary (dict) (dict "${FAIL_ANNOTATION}" .Values.fail) | toJson }}`;
  writeFileSync(join(templates, "web.yaml"), web.replace(annotations, wanted));
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "made" },
    data: { password: btoa(PASSWORD) },
  };
  writeFileSync(join(templates, "secret.yaml"), JSON.stringify(secret));
}

function env() {
  return { PATH: join(folder, "bin"), HOME: folder, KUBECONFIG: cluster.kubeconfig };
}

function helm(...args: string[]): void {
  execFileSync(join(folder, "bin", "helm"), args, { env: env(), stdio: "pipe" });
}

function install(release: string, namespace: string, fail: string): void {
  const place = [release, join(folder, "chart"), "--namespace", namespace, "--create-namespace"];
  helm("upgrade", "--install", ...place, "--set", `fail=${fail}`);
}

const secrets = createSecrets(() => undefined);
secrets.mask(TOKEN);

function collect(namespace: string, release = "shop", on = api, timeMs?: number): Promise<Evidence> {
  return collectEvidence({ secrets }, on, { component: "agent", namespace, release, objects: [] }, timeMs);
}

function text(evidence: Evidence, name: RegExp): string {
  const files = evidence.files.filter((file) => name.test(file.name));
  expect(files, `${name} among ${evidence.files.map((file) => file.name)}`).toHaveLength(1);
  return files[0]?.text ?? "";
}

describe("the evidence of a failed release", () => {
  it("says what a person needs first, and keeps the rest", async () => {
    install("shop", "evidence", "image-missing");
    await expect.poll(async () => (await collect("evidence")).headline.join()).toContain("not found");
    const evidence = await collect("evidence");
    expect(evidence.headline).toEqual([
      expect.stringMatching(/^deployment\/web: pod web-\S+: container web: the image .*: not found$/),
    ]);
    expect(text(evidence, /objects.txt$/)).toMatch(/^deployment\/web\nconditions:\n {2}.*Available=False/m);
    expect(text(evidence, /pods.txt$/)).toMatch(/reason: ErrImagePull/);
    expect(text(evidence, /events.txt$/)).toMatch(/deployment\/web {2}Scaled up replica set/);
    expect(text(evidence, /history.txt$/)).toMatch(/^1 {2}deployed {2}shop 1.0.0 {2}Install complete\n$/);
  });

  it("is saved in private files, one folder a release", async () => {
    const context = { outputDir: async () => mkdtempSync(join(folder, "saved-")) };
    const saved = await saveEvidence(context, [await collect("evidence")]);
    const summary = join(saved, "evidence", "shop", "summary.txt");
    expect(readFileSync(summary, "utf8")).toContain("deployment/web");
    expect(statSync(summary).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(saved, "evidence", "shop", "evidence", "pods.txt"), "utf8")).toContain("web");
  });

  it("is what there is when the cluster does not answer in time", async () => {
    const hanging: Kubernetes = { ...api, list: () => new Promise(() => undefined) };
    const started = Date.now();
    const evidence = await collect("evidence", "shop", hanging, 500);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(evidence.files).toEqual([
      { name: "incomplete.txt", text: expect.stringContaining("within 0.5 s") },
    ]);
  });

  it("is what there is when the cluster refuses", async () => {
    const nobody = await connect({ kubeconfig: cluster.unprivilegedKubeconfig });
    try {
      const evidence = await collect("evidence", "shop", nobody.api);
      expect(evidence).toMatchObject({ headline: [], files: [] });
    } finally {
      await nobody.close();
    }
  });
});

function use(definition: ComponentUse["definition"], release: string, namespace: string): ComponentUse {
  return { id: definition.id, definition, needs: [], release, namespace } as unknown as ComponentUse;
}

async function session(): Promise<ClusterSession> {
  const log = { info: () => {}, debug: () => {}, group: <T>(_: string, work: () => Promise<T>) => work() };
  const exec = createExec(env(), log);
  const { signal } = new AbortController();
  const context = { exec, log, signal, secrets, env: env(), tempDir: async () => folder };
  const found = await findHelm(context as never);
  return { context, kubernetes: api, helm: found, timeoutMs: 10_000 } as unknown as ClusterSession;
}

async function newest(namespace: string, release: string) {
  return (await readReleases(api, namespace)).get(release);
}

describe("rolling back on a real cluster", () => {
  it("goes back to what ran, and says that it runs again", async () => {
    install("shop", "back", "");
    const before = await newest("back", "shop");
    install("shop", "back", "image-missing");
    const touched = { use: use(agent, "shop", "back"), before, after: { revision: 2 }, failed: true };
    expect(await rollBack(await session(), [touched as TouchedRelease], "failed")).toEqual([
      {
        component: "agent",
        release: "shop",
        namespace: "back",
        outcome: "rolled back",
        why: "back to revision 1, as before this run; it is ready",
      },
    ]);
    expect(await newest("back", "shop")).toMatchObject({
      revision: 3,
      status: "deployed",
      values: { fail: "" },
    });
  });

  it("removes what was not there before, unless it keeps data", async () => {
    install("shop", "fresh", "crash");
    install("redis", "fresh-data", "crash");
    const touched: TouchedRelease[] = [
      { use: use(agent, "shop", "fresh"), after: { revision: 1 }, failed: true },
      { use: use(redis, "redis", "fresh-data"), after: { revision: 1 }, failed: true },
    ];
    const results = await rollBack(await session(), touched, "group");
    expect(
      Object.fromEntries(results.map((each) => [each.component, `${each.outcome}: ${each.why}`])),
    ).toEqual({
      agent: "removed: there was no such release before this run",
      redis: "kept: it keeps data, and is not removed without being asked",
    });
    expect(await newest("fresh", "shop")).toBeUndefined();
    expect(await newest("fresh-data", "redis")).toMatchObject({ revision: 1 });
  });

  it("leaves alone what somebody has mended meanwhile", async () => {
    install("shop", "mended", "");
    const before = await newest("mended", "shop");
    install("shop", "mended", "crash");
    install("shop", "mended", "slow");
    const touched = { use: use(agent, "shop", "mended"), before, after: { revision: 2 }, failed: true };
    const [result] = await rollBack(await session(), [touched as TouchedRelease], "failed");
    expect(result).toMatchObject({
      outcome: "kept",
      why: expect.stringContaining("this run made revision 2, now it is revision 3"),
    });
    expect(await newest("mended", "shop")).toMatchObject({ revision: 3, values: { fail: "slow" } });
  });
});

describe.skipIf(unavailable)(`a real crash${unavailable ? ` (skipped: ${unavailable})` : ""}`, () => {
  let node: RealNode;
  beforeAll(async () => {
    node = await startRealNode(cluster);
  });
  afterAll(() => node?.stop());

  const command = `echo started; echo "token ${TOKEN}"; echo; echo "KeyError: 'redis'"; exit 3`;
  const crashing = workload("Deployment", "web", {
    container: { image: IMAGE, imagePullPolicy: "Never", command: ["sh", "-c", command] },
    pod: { nodeSelector: { "clearml-actions.test/real": "true" }, terminationGracePeriodSeconds: 0 },
  });

  it("is told with the last words of the container, and stops the wait after three restarts", async () => {
    const { error, lines } = await watchNew(api, [crashing], { timeoutMs: 90_000, secrets: [TOKEN] });
    const said = lines.join("\n");
    expect(said).toMatch(
      /^shop: 0 of 1 ready; deployment\/web: pod web-\S+: container web crashes \(exit code 3, \d restarts?\): KeyError: 'redis'$/m,
    );
    // The same words are said once, not with every restart.
    expect(said.match(/^shop: {3}\| .*/gm)).toEqual([
      "shop:   | started",
      "shop:   | token ***",
      "shop:   | KeyError: 'redis'",
    ]);
    expect(error?.missing[0]).toMatchObject({
      reason: expect.stringMatching(/\(exit code 3, [34] restarts\): KeyError: 'redis'$/),
      hopeless: true,
    });
  });

  it("leaves its logs as evidence, without secrets", async () => {
    const namespace = `logs-${crypto.randomUUID().slice(0, 8)}`;
    await makeNamespace(api, namespace);
    const printing = workload("Deployment", "web", {
      container: {
        image: IMAGE,
        imagePullPolicy: "Never",
        command: ["sh", "-c", `echo "${PASSWORD} ${TOKEN} end"; exit 1`],
      },
      pod: { nodeSelector: { "clearml-actions.test/real": "true" } },
    });
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "made" },
      stringData: { password: PASSWORD },
    };
    await api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, printing);
    await watch(api, namespace, [printing], { timeoutMs: 5_000 });
    const suspect = { component: "agent", namespace, release: "shop", objects: [printing, secret] };
    const logsOf = ({ files }: Evidence) => files.filter(({ name }) => name.endsWith(".log"));
    let evidence = await collectEvidence({ secrets }, api, suspect);
    // On a busy machine the container may not have begun.
    for (let tried = 0; tried < 30 && logsOf(evidence).length === 0; tried++) {
      await pause(1_000);
      evidence = await collectEvidence({ secrets }, api, suspect);
    }
    const logs = logsOf(evidence);
    expect(new Set(logs.map((each) => each.text))).toEqual(new Set(["*** *** end\n"]));
    expect(evidence.headline).toEqual([
      expect.stringMatching(/crashes \(exit code 1, .*\): \*\*\* \*\*\* end$/),
    ]);
    expect(JSON.stringify(evidence)).not.toContain("canary");
  });
});
