/** Gateways in real pods: probes, crash loops, logs and `kubectl exec` are what a cluster gives. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { createObjects, type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { GATEWAY } from "../cluster/real-node/layout.ts";
import { IMAGE, type RealNode, realNodeUnavailable, startRealNode } from "../cluster/real-node.ts";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type ClearmlApi, startClearmlApi } from "../support/clearml-api/server.ts";
import { type RealHelm, realHelm } from "../support/real-helm.ts";
import {
  agentDeployment,
  failed,
  type Generation,
  type Inside,
  insideChecks,
  named,
  patientChart,
  RELEASE,
} from "./smoke-inside-parts.ts";

const unavailable = realNodeUnavailable();
const OLD: Generation = "clearml-enterprise-task-traffic-router";
const NEW: Generation = "clearml-enterprise-app-gateway";
const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${"e30".repeat(20)}.c2lnbmF0dXJl`;

interface Case {
  namespace: string;
  generation?: Generation;
  router?: object;
  proxy?: object;
  /** Of the API as the router is told it; `page` is a server of something else. */
  api?: string;
  /** The router's container has nothing to ask with but busybox. Default: it has. */
  programs?: false;
  /** Default: true. */
  agent?: false;
  expected: readonly string[];
  words?: RegExp;
}

const shell = (script: string) => ({ container: { command: ["sh", "-c", script] } });
const REFUSED = `LoginError: Failed getting token (error 401 from https://api): Unauthorized (invalid credentials) Authorization: Bearer ${TOKEN}`;
const CASES: readonly Case[] = [
  { namespace: "healthy", expected: [] },
  { namespace: "healthy-old", generation: OLD, expected: [] },
  { namespace: "no-programs", programs: false, expected: [] },
  {
    namespace: "not-ready",
    proxy: { container: { readinessProbe: { httpGet: { path: "/", port: 8080 }, periodSeconds: 1 } } },
    expected: ["deployment"],
    words:
      /gw-.*-proxy: 0 of 1 available, pod \S+: container proxy runs but is not ready: Readiness probe failed/,
  },
  {
    namespace: "restarting",
    router: shell(`echo 'no license'; exit 3`),
    expected: ["restarts"],
    words: /container router of pod restarting\/\S+ crashes \(exit code 3, .*its last lines: no license/,
  },
  {
    namespace: "no-endpoints",
    expected: ["endpoints"],
    words:
      /Service no-endpoints\/\S+ has no ready endpoint: its selector app.kubernetes.io\/instance=moved,\S+ fits none of the gateway's 2 pods \(pod \S+ has app.kubernetes.io\/instance=gw-/,
  },
  {
    namespace: "wrong-namespace",
    agent: false,
    expected: ["agent-namespace"],
    words: /no agent is in namespace wrong-namespace/,
  },
  {
    namespace: "refused-key",
    generation: OLD,
    router: shell(`echo '10.1.1.1 "GET /x HTTP/1.1" 401 0'; echo '${REFUSED}'; exec sleep 100000`),
    expected: ["log"],
    words: /refuses the key of the gateway \(401\): 1 of 2 lines in the log of container router of pod/,
  },
  {
    namespace: "refused-crash",
    router: shell(`echo '${REFUSED}'; exit 1`),
    expected: ["log"],
    words: /Failed getting token \(error 401/,
  },
  {
    namespace: "no-api",
    api: "http://10.99.0.1:1",
    expected: ["api-from-pod"],
    words: /does not reach http:\/\/10\.99\.0\.1:1: .*(Failed to connect|refused)/,
  },
  {
    namespace: "other-api",
    api: "page",
    expected: ["api-from-pod"],
    words: /what answers at http:\S+ in container router of pod \S+ is not the ClearML API: <html>a page/,
  },
];

/** This machine's own programs, in a container that has none. */
const PROGRAMS = ["usr", "lib", "lib64"].map((name) => ({ name, path: realpathSync(`/${name}`) }));
const WITH_PROGRAMS = {
  extraVolumes: PROGRAMS.map(({ name, path }) => ({ name, hostPath: { path } })),
  extraVolumeMounts: PROGRAMS.map(({ name }) => ({ name, mountPath: `/${name}` })),
  extraEnvs: [{ name: "PATH", value: "/bin:/usr/bin" }],
};

describe.skipIf(unavailable)(
  `inside checks of real pods${unavailable ? ` (skipped: ${unavailable})` : ""}`,
  () => {
    let cluster: Cluster;
    let node: RealNode;
    let kubectl: Kubectl;
    let helm: RealHelm;
    let inside: Inside;
    let api: ClearmlApi;
    let folder: string;
    let apiUrl: string;
    let pageUrl: string;
    const doors: Server[] = [];
    beforeAll(async () => {
      cluster = await startCluster({ nodes: [] });
      node = await startRealNode(cluster);
      kubectl = kubectlFor((await ensureTools(["kubectl"])).kubectl, cluster.kubeconfig);
      helm = await realHelm(cluster.kubeconfig);
      inside = await insideChecks(cluster.kubeconfig, helm.kubernetes);
      folder = mkdtempSync(join(tmpdir(), "smoke-inside-"));
      api = await startClearmlApi();
      apiUrl = await door(api.url, doors);
      pageUrl = await page(doors);
      for (const generation of [OLD, NEW]) patientChart(folder, generation);
      // More at a time take as long on two processors.
      for (let start = 0; start < CASES.length; start += 3)
        await Promise.all(CASES.slice(start, start + 3).map(install));
      const selector = JSON.stringify({ spec: { selector: { "app.kubernetes.io/instance": "moved" } } });
      const service = (await names("no-endpoints", "service"))[0] ?? "";
      await kubectl(["-n", "no-endpoints", "patch", "service", service, "-p", selector]);
    });
    afterAll(async () => {
      await inside?.stop();
      await helm?.stop();
      await node?.stop();
      await cluster?.stop();
      await api?.stop();
      for (const server of doors) server.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    async function names(namespace: string, kind: string): Promise<string[]> {
      const text = await kubectl(["-n", namespace, "get", kind, "-o", "jsonpath={.items[*].metadata.name}"]);
      return text.split(" ").filter(Boolean);
    }

    async function install({ namespace, generation = NEW, router = {}, proxy = {}, agent, ...each }: Case) {
      const programs = each.programs === false ? {} : WITH_PROGRAMS;
      const told = each.api === "page" ? pageUrl : (each.api ?? apiUrl);
      const [repository = "", tag = ""] = IMAGE.replace(/^docker\.io\//, "").split(":");
      const image = { registry: "docker.io", repository, tag, pullPolicy: "Never" };
      const old = generation === OLD;
      const values = {
        imageCredentials: { password: "x" },
        clearml: {
          ...(old ? { apiServerKey: "k", apiServerSecret: "s" } : { apiKey: "k", apiSecret: "s" }),
          ...(old ? { jwksKey: "j", authCookieName: "c" } : {}),
          apiServerUrlReference: told,
        },
        router: { image, ...programs, ...router },
        proxy: { image, ...proxy },
      };
      const chart = join(folder, generation);
      const where = ["-n", namespace, "--create-namespace", "-f", "-"];
      await helm.run("helm", ["install", RELEASE, chart, ...where], stringify(values));
      if (agent !== false)
        await createObjects(kubectl, [agentDeployment(namespace, IMAGE, Number(isHealthy(namespace)))]);
    }

    it.each(CASES)("$namespace: $expected", async ({ namespace, expected, words }) => {
      const target = { namespace, nodePort: false };
      const settled = async () => {
        const entries = await inside.run(target);
        const text = failed(entries)
          .map((name) => named(entries, name).detail)
          .join("\n");
        const isUp = !isHealthy(namespace) || named(entries, "agent-namespace").status === "pass";
        return { failed: failed(entries), isUp, text, entries };
      };
      let last = await settled();
      const isDone = () =>
        last.isUp && last.failed.join() === expected.join() && (words?.test(last.text) ?? true);
      const end = Date.now() + 40_000;
      while (!isDone() && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        last = await settled();
      }
      expect(last.failed, JSON.stringify(last.entries, null, 1)).toEqual(expected);
      if (words) expect(last.text).toMatch(words);
      expect(JSON.stringify(last.entries)).not.toContain(TOKEN.slice(0, 20));
    });
  },
);

/** Whose agent runs; elsewhere it is enough that there is one. */
function isHealthy(namespace: string): boolean {
  return namespace.startsWith("healthy");
}

/** Passes connections to a server of this machine on, from an address that pods reach. */
async function door(url: string, doors: Server[]): Promise<string> {
  const { port } = new URL(url);
  const server = createServer((socket) => {
    const other = connect(Number(port), "127.0.0.1");
    socket.on("error", () => other.destroy());
    other.on("error", () => socket.destroy());
    socket.pipe(other).pipe(socket);
  });
  doors.push(server);
  await new Promise<void>((resolve) => server.listen(0, GATEWAY, resolve));
  const { port: own } = server.address() as { port: number };
  return `http://${GATEWAY}:${own}`;
}

/** Something that answers to everything, and is no API. */
async function page(doors: Server[]): Promise<string> {
  const server = createHttpServer((_, response) => response.end("<html>a page</html>"));
  doors.push(server);
  await new Promise<void>((resolve) => server.listen(0, GATEWAY, resolve));
  return `http://${GATEWAY}:${(server.address() as { port: number }).port}`;
}
