/** Gateways of the stand-in charts in a cluster, and what the inside checks say of them. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import type { Context } from "../../src/core/context.ts";
import { createExec } from "../../src/core/exec.ts";
import { createSecrets } from "../../src/core/secrets.ts";
import type { ComponentUse, Environment } from "../../src/environment/model.ts";
import type { Kubernetes } from "../../src/kubernetes/api.ts";
import { INSIDE } from "../../src/smoke/inside/index.ts";
import type { Probe, SmokeEntry, SmokeTarget } from "../../src/smoke/model.ts";
import { runChecks } from "../../src/smoke/runner.ts";
import { writeKubeconfig } from "../cluster/kubeconfig.ts";
import { createObjects, type Kubectl } from "../cluster/kubectl.ts";
import { ensureTools } from "../cluster/tools.ts";
import { blocksOf, page } from "../support/pages/pages.ts";
import { sharedCluster } from "../support/shared-cluster.ts";

export const CHARTS = join(import.meta.dirname, "..", "fixtures", "charts");
export const RELEASE = "gw";

export type Generation = "clearml-enterprise-app-gateway" | "clearml-enterprise-task-traffic-router";

export const HOST = "gateway.acme.example";
export const NODE_PORT = 31870;
export const STREAMS = { start: 31871, end: 31873 };
export const SECRET = "gateway-tls";
const API = "https://api.ml.example.com";

/** A gateway behind an Ingress, with streams. */
export const NEW_VALUES = {
  clearml: { apiKey: "k", apiSecret: "s", apiServerUrlReference: API },
  ingress: { enabled: true, hostName: HOST, ingressClassName: "nginx", tlsSecretName: SECRET },
  streamSession: { routerAddress: HOST, portRange: STREAMS },
  // Whoever closes the namespace opens the gateway as well.
  networkPolicy: { enabled: false },
};

/** One of the old chart, on a port of the nodes. */
export const PORT_VALUES = {
  clearml: {
    ...{ apiServerKey: "k", apiServerSecret: "s", apiServerUrlReference: API },
    ...{ jwksKey: "j", authCookieName: "c" },
  },
  ingress: { enabled: false },
  service: { type: "NodePort", nodePort: NODE_PORT },
  externalURL: `http://192.0.2.7:${NODE_PORT}`,
};

export const AGENT_VALUES = {
  clearml: { agentk8sglueKey: "k", agentk8sglueSecret: "s" },
  agentk8sglue: { apiServerUrlReference: API, webServerUrlReference: API, fileServerUrlReference: API },
};

/** The stand-in chart, whose containers take `container` (a command, probes) and whose pods end at once. */
export function patientChart(folder: string, generation: Generation): string {
  const chart = join(folder, generation);
  cpSync(join(CHARTS, generation), chart, { recursive: true });
  const file = join(chart, "templates", "_common.tpl");
  const marks = [
    [
      "          {{- with $values.resources }}\n",
      "          {{- with $values.container }}{{ toYaml . | nindent 10 }}{{ end }}\n          {{- with $values.resources }}\n",
    ],
    ["      containers:\n", "      terminationGracePeriodSeconds: 0\n      containers:\n"],
  ] as const;
  let text = readFileSync(file, "utf8");
  for (const [mark, replacement] of marks) {
    if (!text.includes(mark)) throw new Error(`the chart has no line ${mark.trim()}`);
    text = text.replace(mark, replacement);
  }
  // A copy may still be a link to the chart itself.
  rmSync(file);
  writeFileSync(file, text);
  return chart;
}

/** An agent as its chart makes it: its image is not pulled, it sleeps. */
export function agentDeployment(namespace: string, image: string, replicas: number): object {
  const labels = { app: "agent" };
  const container = { name: "k8s-glue", image, env: [{ name: "K8S_GLUE_QUEUE", value: "default" }] };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "clearml-agent",
      namespace,
      labels: { "helm.sh/chart": "clearml-enterprise-agent-6.14.6" },
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ imagePullPolicy: "Never", ...container }] },
      },
    },
  };
}

export interface Inside {
  /** Every check, or those named. */
  run(target: Partial<SmokeTarget> & { namespace: string }, names?: readonly string[]): Promise<SmokeEntry[]>;
  stop(): Promise<void>;
}

/** Runs the inside checks against a cluster, as the action does. */
export async function insideChecks(kubeconfig: string, kubernetes: Kubernetes): Promise<Inside> {
  const { kubectl } = await ensureTools(["kubectl"]);
  const log = {
    info: () => undefined,
    debug: () => undefined,
    group: <T>(_: string, work: () => T) => work(),
  };
  const path = [dirname(kubectl), process.env.PATH].join(delimiter);
  // What kubectl caches stays beside the kubeconfig.
  const env = { PATH: path, KUBECONFIG: kubeconfig, HOME: dirname(kubeconfig) };
  const exec = createExec(env, log);
  const context = { exec, log, secrets: createSecrets(() => undefined) } as unknown as Context;
  return {
    async run({ namespace, ...target }, names) {
      const probe: Probe = {
        target: targetIn(namespace, target),
        context,
        kubernetes,
        signal: new AbortController().signal,
        deadline: Date.now() + 60_000,
        credentials: async () => undefined,
        options: { requests: 1, tlsDays: 14 },
      };
      return runChecks(names ? INSIDE.filter(({ name }) => names.includes(name)) : INSIDE, probe);
    },
    stop: () => exec.stop(),
  };
}

function targetIn(namespace: string, more: Partial<SmokeTarget>): SmokeTarget {
  const use = { id: "app-gateway", namespace, release: RELEASE, enabled: true } as unknown as ComponentUse;
  return {
    url: new URL("https://gateway.acme.example/"),
    use,
    tenant: "acme",
    values: {},
    nodePort: false,
    ...more,
  };
}

/** Closes a namespace to all but its own pods. */
export function closing(namespace: string): object {
  const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [{ podSelector: {} }] }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "closed", namespace },
    spec,
  };
}

export function opening(
  namespace: string,
  name: string,
  from: object,
  ports: readonly object[] = [],
): object {
  const spec = { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [from], ports }] };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
}

/** What an Ingress takes for TLS. */
export function tlsSecret(namespace: string, certificate: string, key: string): object {
  const data = {
    "tls.crt": readFileSync(certificate).toString("base64"),
    "tls.key": readFileSync(key).toString("base64"),
  };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: SECRET, namespace },
    type: "kubernetes.io/tls",
    data,
  };
}

/** A `clearml.yaml` with one tenant, whose gateway is behind an Ingress. */
export function environmentFile(namespace: string, ingressNamespace: string): string {
  const components = {
    agent: { release: "agent" },
    "app-gateway": { release: RELEASE, values: NEW_VALUES },
    "network-isolation": { ingressNamespace },
  };
  const admin = { name: "Admin", email: "admin@acme.example" };
  return stringify({
    ...{ version: 1, name: "test", baseDomain: "acme.example" },
    components: { "control-plane": {} },
    tenants: [{ name: "acme", namespace, admin, components }],
  });
}

/** As much of an environment as the checks read. */
export function environmentWith(components: readonly Partial<ComponentUse>[]): Environment {
  return { components: [], tenants: [{ name: "acme", components }] } as unknown as Environment;
}

export function named(entries: readonly SmokeEntry[], name: string): SmokeEntry {
  const entry = entries.find((each) => each.name === name);
  if (!entry) throw new Error(`there is no check ${name}`);
  return entry;
}

export function failed(entries: readonly SmokeEntry[]): string[] {
  return entries.filter(({ status }) => status === "fail").map(({ name }) => name);
}

/** A kubeconfig of an account that has the roles of the page for two namespaces, and no others. */
export async function accountOfThePage(
  kubectl: Kubectl,
  namespace: string,
  ingressNamespace: string,
): Promise<string> {
  const { authority, server } = await sharedCluster();
  if (!authority) throw new Error("this cluster gives no certificates");
  const blocks = blocksOf(page("actions/smoke-test-gateway/README.md"));
  const shown = blocks.find(({ text }) => text.includes("kind: ClusterRole"))?.text ?? "";
  const roles = parseAllDocuments(
    shown
      .replaceAll("clearml-actions-smoke-test", namespace)
      .replace("namespace: acme", `namespace: ${namespace}`)
      .replace("namespace: ingress-nginx", `namespace: ${ingressNamespace}`),
  ).map((document) => document.toJS() as { kind: string; metadata: object });
  const apiGroup = "rbac.authorization.k8s.io";
  const bindings = roles.map(({ kind, metadata }) => ({
    ...{ apiVersion: `${apiGroup}/v1`, kind: `${kind}Binding`, metadata },
    roleRef: { apiGroup, kind, name: namespace },
    subjects: [{ apiGroup, kind: "User", name: namespace }],
  }));
  await createObjects(kubectl, [...roles, ...bindings]);
  return writeKubeconfig(authority, server, { name: namespace, subject: `CN=${namespace}` });
}
