/** What leads to a gateway and what limits it: Ingress, TLS secret, policies, Services, images. Its pods are fake ones. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { INSIDE } from "../../src/smoke/inside/index.ts";
import type { SmokeEntry } from "../../src/smoke/model.ts";
import { createObjects, type Kubectl, kubectlFor } from "../cluster/kubectl.ts";
import { ensureTools } from "../cluster/tools.ts";
import { createCertificates, type GatewayCertificates } from "../support/gateway/certificates.ts";
import { type RealHelm, realHelm } from "../support/real-helm.ts";
import { runAction } from "../support/run-action.ts";
import { sharedCluster } from "../support/shared-cluster.ts";
import {
  AGENT_VALUES,
  accountOfThePage,
  CHARTS,
  closing,
  environmentFile,
  environmentWith,
  failed,
  HOST,
  type Inside,
  insideChecks,
  NEW_VALUES,
  NODE_PORT,
  named,
  opening,
  PORT_VALUES,
  RELEASE,
  SECRET,
  STREAMS,
  tlsSecret,
} from "./smoke-inside-parts.ts";

/** A repair is more than a word or two. */
const SENTENCE = /(\S+ ){3}\S/;

const [HOME, PORTS, EDGE] = ["smoke-inside", "smoke-inside-ports", "smoke-inside-edge"];

/** Fake pods have no logs, and nothing runs in them. */
const CHECKS = INSIDE.map(({ name }) => name).filter((name) => name !== "log" && name !== "api-from-pod");

let kubectl: Kubectl;
let helm: RealHelm;
let inside: Inside;
let folder: string;
let certificates: GatewayCertificates;
let gateway: string;

beforeAll(async () => {
  const { kubeconfig } = await sharedCluster();
  kubectl = kubectlFor((await ensureTools(["kubectl"])).kubectl, kubeconfig);
  helm = await realHelm(kubeconfig);
  inside = await insideChecks(kubeconfig, helm.kubernetes);
  folder = mkdtempSync(join(tmpdir(), "smoke-inside-"));
  certificates = await createCertificates(folder, [HOST]);
  for (const name of [HOME, PORTS, EDGE]) await kubectl(["create", "namespace", name]);
  await kubectl(["-n", EDGE, "run", "controller", "--image=nginx", "--labels=app=ingress"]);
  await Promise.all([installAgent(HOME), installAgent(PORTS), install(), installWithPorts()]);
  gateway = (await kubectl(["-n", HOME, "get", "ingress", "-o", "name"])).trim().split("/")[1] ?? "";
  await useCertificate("good");
  await address([{ ip: "192.0.2.7" }]);
});
afterAll(async () => {
  await kubectl?.(["delete", "namespace", HOME, PORTS, EDGE, "--wait=false"]);
  await kubectl?.(["delete", "clusterrole,clusterrolebinding", HOME, "--ignore-not-found"]);
  await inside?.stop();
  await helm?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function release(chart: string, namespace: string, values: object, name = RELEASE): Promise<string> {
  const args = ["upgrade", "--install", name, join(CHARTS, chart), "-n", namespace, "--wait", "-f", "-"];
  return helm.run("helm", args, stringify({ imageCredentials: { password: "x" }, ...values }));
}

const install = (values: object = {}) =>
  release("clearml-enterprise-app-gateway", HOME, { ...NEW_VALUES, ...values });

const installWithPorts = () => release("clearml-enterprise-task-traffic-router", PORTS, PORT_VALUES);

const installAgent = (namespace: string) =>
  release("clearml-enterprise-agent", namespace, AGENT_VALUES, "agent");

async function useCertificate(kind: keyof GatewayCertificates["of"], key = kind): Promise<void> {
  await kubectl(["-n", HOME, "delete", "secret", SECRET, "--ignore-not-found"]);
  await createObjects(kubectl, [
    tlsSecret(HOME, certificates.of[kind].certificate, certificates.of[key].key),
  ]);
}

async function address(ingress: readonly object[]): Promise<void> {
  const status = JSON.stringify({ status: { loadBalancer: { ingress } } });
  await kubectl([
    "-n",
    HOME,
    "patch",
    "ingress",
    gateway,
    "--subresource=status",
    "--type=merge",
    "-p",
    status,
  ]);
}

const patch = (kind: string, name: string, spec: object) =>
  kubectl(["-n", HOME, "patch", kind, name, "--type=merge", "-p", JSON.stringify({ spec })]);

const CONTROLLER = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": EDGE } } };
const ANYWHERE = { ipBlock: { cidr: "0.0.0.0/0" } };

const TARGET = {
  url: new URL(`https://${HOST}/`),
  values: { ingress: { enabled: true } },
  environment: environmentWith([
    { id: "network-isolation", ingressNamespace: EDGE },
    { id: "agent", enabled: true, namespace: HOME },
  ]),
};

const look = () => inside.run({ namespace: HOME, ...TARGET }, CHECKS);
const lookAtPorts = (url = `http://192.0.2.7:${NODE_PORT}`) =>
  inside.run({ namespace: PORTS, ...TARGET, values: {}, url: new URL(url), nodePort: true }, CHECKS);

describe("a gateway behind an Ingress", () => {
  it("passes every check that there is something to look at for", async () => {
    const entries = await look();
    const passed = entries.filter(({ status }) => status === "pass").map(({ name }) => name);
    expect(passed, JSON.stringify(entries, null, 1)).toEqual(CHECKS.filter((name) => name !== "node-port"));
    expect(named(entries, "tls-secret").detail).toMatch(/^gateway\.acme\.example, 89 days left$/);
    expect(named(entries, "ingress").detail).toMatch(/is for gateway\.acme\.example, at 192\.0\.2\.7$/);
  });

  it("is found by the action, by what its files say, with the roles of the page", async () => {
    writeFileSync(join(folder, "clearml.yaml"), environmentFile(HOME, EDGE));
    const { kubectl: tool } = await ensureTools(["kubectl"]);
    const KUBECONFIG = await accountOfThePage(kubectl, HOME, EDGE);
    const env = { PATH: [dirname(tool), process.env.PATH].join(delimiter), KUBECONFIG };
    const inputs = { tenant: "acme", checks: CHECKS.join("\n") };
    const run = await runAction("smoke-test-gateway", inputs, { env, cwd: folder, machine: folder });
    expect([run.code, run.outputs.passed], run.stdout).toEqual([0, "true"]);
    const { checks } = JSON.parse(readFileSync(run.outputs.report ?? "", "utf8")) as { checks: SmokeEntry[] };
    const others = checks.filter(({ status }) => status !== "pass").map(({ name }) => name);
    expect(others, JSON.stringify(checks, null, 1)).toEqual(["node-port"]);
    expect(run.summary).toContain("network-policy");
    expect(run.stdout).toMatch(/Ingress smoke-inside\/\S+ is for gateway\.acme\.example/);
  });

  it.each<[string, string, RegExp, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      "a class that does not exist",
      "ingress",
      /names the class `traefik`, which the cluster does not have/,
      () => patch("ingress", gateway, { ingressClassName: "traefik" }),
      () => patch("ingress", gateway, { ingressClassName: "nginx" }),
    ],
    [
      "no address",
      "ingress",
      /has no address: no controller has taken it/,
      () => address([]),
      () => address([{ ip: "192.0.2.7" }]),
    ],
    [
      "another host",
      "ingress",
      /no Ingress of the gateway is for gateway\.acme\.example: it is for other\.example/,
      () => install({ ingress: { ...NEW_VALUES.ingress, hostName: "other.example" } }),
      () => install(),
    ],
    [
      "no TLS secret",
      "tls-secret",
      /Secret smoke-inside\/gateway-tls is not there, and the Ingress names it/,
      () => kubectl(["-n", HOME, "delete", "secret", SECRET]),
      () => useCertificate("good"),
    ],
    [
      "a certificate that has expired",
      "tls-secret",
      /holds a certificate that expired on /,
      () => useCertificate("expired"),
      () => useCertificate("good"),
    ],
    [
      "a certificate of another host",
      "tls-secret",
      /holds a certificate for other\.example, not for gateway\.acme\.example/,
      () => useCertificate("wrong-name"),
      () => useCertificate("good"),
    ],
    [
      "the key of another certificate",
      "tls-secret",
      /holds a key that does not belong to its first certificate/,
      () => useCertificate("good", "wildcard"),
      () => useCertificate("good"),
    ],
    [
      "a namespace that is closed",
      "network-policy",
      /the policies \(closed\) do not let the ingress controller \(namespace smoke-inside-edge\) in to port 8080/,
      () => createObjects(kubectl, [closing(HOME)]),
      () => kubectl(["-n", HOME, "delete", "networkpolicy", "--all"]),
    ],
    [
      "streams that are closed",
      "network-policy",
      /let no address in to ports 31871-31873 of the pods behind Service \S+-stream/,
      () => createObjects(kubectl, [closing(HOME), opening(HOME, "controller", CONTROLLER)]),
      () => kubectl(["-n", HOME, "delete", "networkpolicy", "--all"]),
    ],
    [
      "an image changed by hand",
      "images",
      /container router of gw-\S+-router has router:2 instead of docker\.io\/clearml\/app-gateway-router:2\.16/,
      async () => {
        await kubectl(["-n", HOME, "set", "image", `deployment/${gateway}-router`, "router=router:2"]);
        await kubectl(["-n", HOME, "rollout", "status", `deployment/${gateway}-router`, "--timeout=30s"]);
      },
      async () => {
        await kubectl(["-n", HOME, "rollout", "undo", `deployment/${gateway}-router`]);
        await kubectl(["-n", HOME, "rollout", "status", `deployment/${gateway}-router`, "--timeout=30s"]);
      },
    ],
    [
      "a Deployment scaled to nothing",
      "deployment",
      /deployment\/gw-\S+-router: is scaled to zero/,
      () => patch("deployment", `${gateway}-router`, { replicas: 0 }),
      async () => {
        await patch("deployment", `${gateway}-router`, { replicas: 1 });
        await kubectl(["-n", HOME, "rollout", "status", `deployment/${gateway}-router`, "--timeout=30s"]);
      },
    ],
    [
      "a release that failed",
      "release",
      /revision \d+ of release smoke-inside\/gw is failed/,
      () => install({ service: { type: "Nonsense" } }).catch(() => undefined),
      () => install(),
    ],
  ])("%s: %s", async (_, check, words, breaks, mends) => {
    try {
      await breaks();
      const entries = await look();
      expect(failed(entries), JSON.stringify(entries, null, 1)).toEqual([check]);
      expect(named(entries, check).detail).toMatch(words);
      expect(named(entries, check).hint).toMatch(SENTENCE);
    } finally {
      await mends();
    }
    expect(failed(await look())).toEqual([]);
  });

  it("passes with policies that open what is needed", async () => {
    const streams = { protocol: "TCP", port: STREAMS.start, endPort: STREAMS.end };
    await createObjects(kubectl, [
      closing(HOME),
      opening(HOME, "controller", CONTROLLER, [{ protocol: "TCP", port: 8080 }]),
      opening(HOME, "streams", ANYWHERE, [streams]),
    ]);
    const policy = named(await look(), "network-policy");
    await kubectl(["-n", HOME, "delete", "networkpolicy", "--all"]);
    expect(policy).toMatchObject({ status: "pass" });
    expect(policy.detail).toMatch(
      /let in the ingress controller \(namespace smoke-inside-edge\) and addresses outside/,
    );
  });
});

describe("a gateway on a port of the nodes, of the old chart", () => {
  it("passes, without an Ingress", async () => {
    const entries = await lookAtPorts();
    const skipped = entries.filter(({ status }) => status === "skip").map(({ name }) => name);
    expect([failed(entries), skipped], JSON.stringify(entries, null, 1)).toEqual([
      [],
      ["ingress", "tls-secret"],
    ]);
  });

  it("is told from one whose address names another port", async () => {
    const entries = await lookAtPorts("http://192.0.2.7:31999");
    expect(failed(entries)).toEqual(["node-port"]);
    expect(named(entries, "node-port").detail).toMatch(/type NodePort with port 31870/);
  });

  it("is told from one that policies close to addresses", async () => {
    await createObjects(kubectl, [closing(PORTS), opening(PORTS, "controller", CONTROLLER)]);
    const entries = await lookAtPorts();
    await createObjects(kubectl, [opening(PORTS, "users", { ipBlock: { cidr: "192.0.2.0/24" } })]);
    expect(failed(entries)).toEqual(["network-policy"]);
    expect(named(entries, "network-policy").detail).toMatch(/let no address in to port 8080/);
    expect(failed(await lookAtPorts())).toEqual([]);
    await kubectl(["-n", PORTS, "delete", "networkpolicy", "--all"]);
  });
});
