import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PreflightFinding } from "../../src/preflight/model.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";
import type { Kubectl } from "../cluster/kubectl.ts";
import { STORAGE_CLASS } from "../cluster/objects.ts";
import type { Cluster } from "../cluster/start.ts";
import {
  CHARTS,
  create,
  environmentFile,
  furnish,
  INGRESS_ADDRESS,
  type Preflights,
  SERVER,
  startPreflights,
} from "../support/preflight.ts";

let preflights: Preflights;
const find: Preflights["find"] = (...asked) => preflights.find(...asked);

beforeAll(async () => {
  preflights = await startPreflights();
});
afterAll(() => preflights?.stop());

/** The kubeconfig of an account with a certificate. */
function accountOf({ authority, server: address }: Cluster, name: string, subject: string): Promise<string> {
  if (!authority) throw new Error("accounts with certificates need a cluster of our own");
  return writeKubeconfig(authority, address, { name, subject });
}

const told = (findings: readonly PreflightFinding[], check: string) =>
  findings.filter((each) => each.check === check).map(({ severity, message }) => `${severity}: ${message}`);

describe("a cluster that has everything", () => {
  let cluster: Cluster;
  let kubectl: Kubectl;

  beforeAll(async () => {
    ({ cluster, kubectl } = await preflights.cluster({ auditLog: true }));
    await furnish(kubectl);
  });

  it("gives no finding", async () => {
    expect(await find(cluster.kubeconfig)).toEqual([]);
  });

  it("is not written to, and asked little", async () => {
    const auditor = await accountOf(cluster, "auditor", "CN=auditor,O=system:masters");
    await find(auditor);
    const requests = readFileSync(cluster.auditLog ?? "", "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { verb: string; requestURI: string; user: { username: string } })
      .filter(({ user }) => user.username === "auditor");
    const writes = requests.filter(({ verb }) => !["get", "list"].includes(verb));
    for (const { requestURI } of writes) {
      expect(requestURI).toMatch(/^\/apis\/authorization\.k8s\.io\/v1\/selfsubject\w+\?.*dryRun=All/);
    }
    expect(writes.length).toBeGreaterThan(0);
    expect(requests.length, JSON.stringify(requests.map(({ requestURI }) => requestURI))).toBeLessThan(25);
  });

  it("is told of charts that do not accept it", async () => {
    const components = { "control-plane": { chart: join(CHARTS, "clearml"), values: SERVER } };
    const findings = await find(cluster.kubeconfig, environmentFile({ edition: "community", components }));
    expect(told(findings, "kubernetes-window")).toEqual([
      `error: control-plane: chart clearml 7.14.4 accepts Kubernetes >= 1.21.0-0 < 1.33.0-0, the cluster is ${cluster.version}`,
    ]);
  });

  it("is told of another version in the file", async () => {
    const findings = await find(cluster.kubeconfig, environmentFile({ kubernetesVersion: "1.34" }));
    expect(findings).toMatchObject([
      {
        check: "kubernetes-window",
        severity: "warning",
        message: `\`kubernetesVersion\` is 1.34, the cluster is ${cluster.version}`,
        hint: expect.stringContaining('write "1.35"'),
        at: { line: 4 },
      },
    ]);
  });

  it("tells a DNS that leads elsewhere, or nowhere", async () => {
    const astray = await find(cluster.kubeconfig, environmentFile({ baseDomain: "elsewhere.example.com" }));
    expect(told(astray, "dns")).toEqual([
      "warning: app.elsewhere.example.com, files.elsewhere.example.com do not resolve from this machine",
      `warning: api.elsewhere.example.com leads to 203.0.113.9; the ingress controller is at ${INGRESS_ADDRESS}`,
    ]);
    expect(astray.filter(({ check }) => check !== "dns")).toEqual([]);
  });

  it("tells a namespace that is being deleted, and what holds it", async () => {
    await create(
      kubectl,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "redis-shared" } },
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "held", namespace: "redis-shared", finalizers: ["example.com/keep"] },
      },
    );
    await kubectl(["delete", "namespace", "redis-shared", "--wait=false"]);
    const held = "--for=condition=NamespaceFinalizersRemaining";
    await kubectl(["wait", held, "namespace/redis-shared", "--timeout=60s"]);
    const [finding, ...rest] = await find(cluster.kubeconfig);
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ check: "namespace-terminating", severity: "error" });
    expect(finding?.message).toContain("namespace redis-shared is being deleted");
    expect(finding?.message).toContain("example.com/keep in 1 resource instances");
    await kubectl([
      "-n",
      "redis-shared",
      "patch",
      "configmap/held",
      "--type=merge",
      "-p",
      '{"metadata":{"finalizers":null}}',
    ]);
    await kubectl(["wait", "--for=delete", "namespace/redis-shared", "--timeout=60s"]);
  });
});

describe("an account with few rights", () => {
  let cluster: Cluster;
  let kubectl: Kubectl;
  let deployer: string;

  beforeAll(async () => {
    ({ cluster, kubectl } = await preflights.cluster({}));
    await furnish(kubectl);
    deployer = await accountOf(cluster, "deployer", "CN=deployer");
    await kubectl(["create", "namespace", "clearml"]);
    const account = ["--user=deployer", "--clusterrole=edit"];
    await kubectl(["-n", "clearml", "create", "rolebinding", "deployer", ...account]);
  });

  it("is told what is missing where, and what could not be looked at", async () => {
    const findings = await find(deployer);
    const rights = told(findings, "rights");
    expect(rights).toHaveLength(4);
    expect(rights[0]).toBe("error: in the whole cluster the account deployer may not get namespaces");
    expect(rights[1]).toMatch(/^error: in namespace redis-shared the account deployer may not .*secrets/);
    expect(rights[2]).toMatch(/^error: in namespace default .* may not get\/create\/update leases/);
    expect(rights[3]).toMatch(/^warning: in namespace clearml .* roles\.rbac.*, rolebindings\.rbac/);
    expect(rights[3]).not.toMatch(/secrets|deployments/);
    const unseen = findings.filter(({ message }) => message.startsWith("could not check"));
    expect(unseen.map(({ check, severity }) => `${severity} ${check}`).sort()).toEqual([
      "warning ingress-class",
      "warning namespace-terminating",
      "warning network-policy-engine",
      "warning nodes",
      "warning storage-class",
    ]);
    for (const { hint } of unseen) expect(hint).toMatch(/right to/);
  });

  it("is only warned where nothing will be written", async () => {
    const findings = await find(deployer, environmentFile(), { mode: "plan" });
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(told(findings, "rights")).toHaveLength(4);
  });

  it("has what it needs once the printed roles are applied", async () => {
    await kubectl(["create", "namespace", "redis-shared"]);
    const snippets = (await find(deployer)).flatMap(({ snippet }) => snippet ?? []);
    await kubectl(["apply", "-f", "-"], snippets.join("---\n"));
    expect(told(await find(deployer), "rights")).toEqual([]);
  });

  it("may be nobody at all", async () => {
    const findings = await find(cluster.unprivilegedKubeconfig);
    expect(told(findings, "rights").length).toBeGreaterThan(2);
    expect(findings.some(({ severity }) => severity === "error")).toBe(true);
  });
});

describe("a cluster that lacks much", () => {
  it("is told all of it at once", async () => {
    const small = { name: "small", cpu: "2", memory: "4Gi", resources: { "ephemeral-storage": "40Gi" } };
    const { cluster, kubectl } = await preflights.cluster({ nodes: [small] });
    const key = "storageclass.kubernetes.io/is-default-class-";
    await kubectl(["annotate", "storageclass", STORAGE_CLASS, key]);
    await kubectl(["delete", "ingressclass", "--all"]);
    const findings = await find(cluster.kubeconfig);
    expect(findings.map(({ severity, check }) => `${severity} ${check}`)).toEqual([
      "error storage-class",
      "warning nodes",
      "warning ingress-class",
      "warning ingress-class",
      "warning network-policy-engine",
    ]);
    expect(told(findings, "nodes")[0]).toContain(
      "1 usable node, too small: small with 2 vCPUs, 4 GB, 43 GB of disk",
    );
    expect(told(findings, "storage-class")[0]).toContain(
      "claims of control-plane, redis that name none stay Pending",
    );
    expect(told(findings, "ingress-class")).toEqual([
      expect.stringContaining("no IngressClass `nginx`"),
      expect.stringContaining("namespace ingress-nginx, which is not there"),
    ]);
    // Nothing can run there at all.
    await kubectl(["cordon", "small"]);
    expect(told(await find(cluster.kubeconfig), "nodes")).toEqual([
      "error: no node takes pods: small is cordoned",
    ]);
  });
});
