import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import { ensureTools } from "../cluster/tools.ts";
import { copyOfCharts } from "../support/registries/prepared.ts";

export const CHARTS = resolve(import.meta.dirname, "../fixtures/charts");
export const MAJORS = ["helm", "helm3"] as const;

export type Values = Record<string, unknown>;

/** What the tests look at. */
export interface KubernetesObject {
  kind: string;
  metadata: { name: string };
  spec?: {
    type?: string;
    selector?: Record<string, string>;
    ports?: { port: number; nodePort?: number }[];
    template?: { metadata: { labels: Record<string, string> }; spec: unknown };
  };
  data?: Record<string, string>;
  type?: string;
}

const imageCredentials = { password: "token" };
const tenant = { apiServerUrlReference: "https://api.example.com" };
const router = {
  imageCredentials,
  clearml: {
    ...tenant,
    apiServerKey: "key",
    apiServerSecret: "secret",
    jwksKey: "signing",
    authCookieName: "allegro_token",
  },
};
const keys = { imageCredentials, clearml: { ...tenant, apiKey: "key", apiSecret: "secret" } };

/** Release as in ClearML's guides, and the values without which a chart refuses. */
export const NEEDED: Readonly<Record<string, { release: string; values: Values }>> = {
  clearml: { release: "clearml", values: {} },
  "clearml-agent": { release: "clearml-agent", values: {} },
  "clearml-billing": {
    release: "clearml-billing",
    values: { imageCredentials: { username: "dockerhubcustpocbillingaccess", ...imageCredentials } },
  },
  "clearml-custom-events": {
    release: "clearml-custom-events",
    values: {
      global: { imageCredentials, clearml: { ...tenant, apiServerKey: "key", apiServerSecret: "secret" } },
      "clearml-pods-monitor-exporter": { podsMonitorUUID: "7d1c8f0e" },
    },
  },
  "clearml-dynamic-mig-operator": { release: "cdmo", values: { imageCredentials } },
  "clearml-enterprise": {
    release: "clearml",
    values: { imageCredentials, clearml: { cookieDomain: "example.com" } },
  },
  "clearml-enterprise-agent": {
    release: "clearml-agent",
    values: {
      imageCredentials,
      clearml: { agentk8sglueKey: "key", agentk8sglueSecret: "secret" },
      agentk8sglue: { queues: { default: { templateOverrides: {} } } },
    },
  },
  "clearml-enterprise-app-gateway": { release: "clearml-app-gateway", values: keys },
  "clearml-enterprise-platform-management": {
    release: "clearml-enterprise-platform-management",
    values: { global: { imageCredentials }, clearml: keys.clearml },
  },
  "clearml-enterprise-task-traffic-router": { release: "clearml-ttr", values: router },
  "clearml-fractional-gpu-injector": { release: "cfgi", values: { imageCredentials } },
  "clearml-presign-service": { release: "clearml-presign-service", values: keys },
  "clearml-serving": { release: "clearml-serving", values: {} },
  "gpu-operator": { release: "gpu-operator", values: {} },
  redis: { release: "redis", values: {} },
};

/** Old enough for every chart, with the suffix a cloud's version has. */
export const KUBERNETES = "v1.31.4-eks-2d5f260";

type Helm = (typeof MAJORS)[number];

export interface Charts {
  /** Runs Helm with values on stdin; throws with its words in `stderr`. */
  helm(major: Helm, args: readonly string[], values?: Values): string;
  /** The packaged chart. */
  archive(chart: string, version?: string): string;
  /** What a chart renders with the values it needs, or with those given. */
  render(chart: string, rendering?: Rendering): KubernetesObject[];
  /** The words with which Helm refuses. */
  refusal(chart: string, rendering: Rendering): string;
  remove(): void;
}

export interface Rendering {
  version?: string;
  release?: string;
  values?: Values;
  major?: Helm;
  kubernetes?: string;
}

/** Packages every chart, in all its versions. */
export async function packagedCharts(): Promise<Charts> {
  const tools = await ensureTools(["helm", "helm3"]);
  const folder = await copyOfCharts();
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const helm = (major: Helm, args: readonly string[], values: Values = {}) =>
    execFileSync(tools[major], args, { input: stringify(values), stdio: "pipe" }).toString();
  const archive = (chart: string, version = chartFile(chart).version) =>
    join(folder, `${chart}-${version}.tgz`);
  const render = (chart: string, rendering: Rendering = {}) => {
    const { release = NEEDED[chart]?.release ?? chart, values = NEEDED[chart]?.values } = rendering;
    const version = ["--kube-version", rendering.kubernetes ?? KUBERNETES];
    const file = archive(chart, rendering.version);
    const args = ["template", release, file, "--namespace", "tenant", ...version, "-f", "-"];
    return documents(helm(rendering.major ?? "helm", args, values));
  };
  const refusal = (chart: string, rendering: Rendering) => {
    try {
      render(chart, rendering);
    } catch (thrown) {
      return String((thrown as { stderr: Buffer }).stderr);
    }
    throw new Error(`${chart} renders`);
  };
  return { helm, archive, render, refusal, remove };
}

function documents(text: string): KubernetesObject[] {
  return parseAllDocuments(text).flatMap((document) => (document.toJS() as KubernetesObject | null) ?? []);
}

function chartFile(chart: string): { version: string } {
  return parse(readFileSync(join(CHARTS, chart, "Chart.yaml"), "utf8")) as { version: string };
}

/** Names of the objects of a kind, sorted. */
export function names(objects: readonly KubernetesObject[], kind: string): string[] {
  return objects
    .filter((object) => object.kind === kind)
    .map((object) => object.metadata.name)
    .sort();
}
