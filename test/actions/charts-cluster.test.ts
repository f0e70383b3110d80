import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, startCluster } from "../cluster/start.ts";
import { ensureTools } from "../cluster/tools.ts";
import { type Charts, MAJORS, NEEDED, packagedCharts, type Values } from "./chart-rendering.ts";

let charts: Charts;
let cluster: Cluster;
let kubectlFile: string;
beforeAll(async () => {
  const [packaged, started, tools] = await Promise.all([
    packagedCharts(),
    startCluster(),
    ensureTools(["kubectl"]),
  ]);
  charts = packaged;
  cluster = started;
  kubectlFile = tools.kubectl;
  kubectl(["create", "namespace", "tenant"]);
});
afterAll(async () => {
  charts?.remove();
  await cluster?.stop();
});

function kubectl(args: readonly string[], input = ""): string {
  const all = ["--kubeconfig", cluster.kubeconfig, ...args];
  return execFileSync(kubectlFile, all, { input, stdio: "pipe" }).toString();
}

function helm(major: (typeof MAJORS)[number], args: readonly string[], values?: Values): string {
  return charts.helm(major, [...args, "--kubeconfig", cluster.kubeconfig], values);
}

function secret(namespace: string, name: string): Record<string, string> {
  return (JSON.parse(kubectl(["-n", namespace, "get", "secret", name, "-o", "json"])) as { data: never })
    .data;
}

/** Charts whose default node ports are one another's stay off them. */
const CLUSTER_IP = { service: { type: "ClusterIP" } };
const SERVERS = { apiserver: CLUSTER_IP, fileserver: CLUSTER_IP, webserver: CLUSTER_IP };

function values(chart: string, changes: Values = {}): Values {
  const servers = /^clearml(-enterprise)?$/.test(chart) ? SERVERS : {};
  return { ...NEEDED[chart]?.values, ...servers, ...changes };
}

/** The public chart refuses the version of this cluster. */
const INSTALLABLE = Object.keys(NEEDED).filter((chart) => chart !== "clearml");

describe("a real API server", () => {
  it.each(Object.keys(NEEDED))("knows every field of %s", (chart) => {
    const objects = charts.render(chart, { values: values(chart) });
    const list = { apiVersion: "v1", kind: "List", items: objects };
    const args = ["-n", "tenant", "apply", "--dry-run=server", "--validate=strict", "-f", "-"];
    const answers = kubectl(args, JSON.stringify(list)).trim().split("\n");
    expect(answers).toHaveLength(objects.length);
    expect(answers.filter((line) => !line.endsWith("created (server dry run)"))).toEqual([]);
  });

  it.each(INSTALLABLE)("runs %s until it is ready", (chart) => {
    const release = NEEDED[chart]?.release ?? chart;
    const args = ["install", release, charts.archive(chart), "--namespace", `ready-${chart}`.slice(0, 63)];
    helm("helm", [...args, "--create-namespace", "--wait", "--timeout", "60s", "-f", "-"], values(chart));
  });

  it("holds a release up whose pods are told to fail", () => {
    const release = [
      "install",
      "redis",
      charts.archive("redis"),
      "--namespace",
      "failing",
      "--create-namespace",
    ];
    const master = { podAnnotations: { "clearml-actions.test/fail": "image" } };
    expect(() => helm("helm", [...release, "--wait", "--timeout", "3s", "-f", "-"], { master })).toThrow();
    expect(kubectl(["-n", "failing", "get", "pod", "redis-master-0"])).toContain("ImagePullBackOff");
  });
});

describe.each(MAJORS)("upgrades with %s", (major) => {
  it("keep what the control plane's chart has made at random", () => {
    const namespace = `server-${major}`;
    const release = ["clearml", charts.archive("clearml-enterprise"), "--namespace", namespace, "-f", "-"];
    helm(major, ["install", "--create-namespace", ...release], values("clearml-enterprise"));
    const first = secret(namespace, "clearml-conf");
    expect(new Set(Object.values(first)).size).toBe(7);
    const upgrade = values("clearml-enterprise", { clearmlApplications: { maxPods: 9 } });
    helm(major, ["upgrade", ...release], upgrade);
    expect(secret(namespace, "clearml-conf")).toEqual(first);
    const preview = helm(major, ["upgrade", "--dry-run=server", ...release], upgrade);
    expect(preview).toContain(first.apiserver_secret);
    const given = { cookieDomain: "example.com", apiserverKey: "GIVEN" };
    helm(major, ["upgrade", ...release], values("clearml-enterprise", { clearml: given }));
    expect(secret(namespace, "clearml-conf")).toEqual({ ...first, apiserver_key: btoa("GIVEN") });
  });

  it("keep the password of Redis", () => {
    const namespace = `redis-${major}`;
    const release = ["redis", charts.archive("redis"), "--namespace", namespace, "-f", "-"];
    helm(major, ["install", "--create-namespace", ...release]);
    const first = secret(namespace, "redis");
    expect(atob(first["redis-password"] ?? "")).toMatch(/^[A-Za-z0-9]{10}$/);
    helm(major, ["upgrade", ...release], { architecture: "standalone" });
    expect(secret(namespace, "redis")).toEqual(first);
  });
});
