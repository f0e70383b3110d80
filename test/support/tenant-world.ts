/** The example environment with its control plane deployed, and tenants made up on demand. For tests that break runs. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { ClusterOptions } from "../cluster/start.ts";
import type { ClearmlApi } from "./clearml-api/server.ts";
import { type Deployment, startDeployment } from "./deployment.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";
import type { ActionRun, RunActionOptions } from "./run-action.ts";

export type Consumer = "agent" | "gateway";

export interface MadeTenant {
  /** Of the namespace too. */
  name: string;
  company: string;
  email: string;
  domains: string[];
  queues: string[];
  consumers: readonly Consumer[];
}

export interface TenantWorld {
  deployment: Deployment;
  api: ClearmlApi;
  /** Before the cluster, for runs that are given its kubeconfig. */
  proxy: FaultProxy;
  /** Writes the files of a tenant nobody has heard of yet. */
  newTenant(options?: NewTenantOptions): MadeTenant;
  /** Removes the files of a tenant. What it has in the cluster and on the server stays. */
  forget(tenant: MadeTenant): void;
  deploy(
    tenant: MadeTenant,
    inputs?: Record<string, string>,
    options?: Pick<RunActionOptions, "onLine" | "onStart"> & { env?: Record<string, string> },
  ): Promise<ActionRun>;
  stop(): Promise<void>;
}

export interface NewTenantOptions {
  /** Default: both. One with an agent alone is onboarded in less time. */
  consumers?: readonly Consumer[];
  /** More values for the agent's chart, as YAML. */
  agentValues?: string;
}

const BOTH: readonly Consumer[] = ["agent", "gateway"];
const EXAMPLES = ["acme", "globex"];
/** Ports of the example's gateway; every made-up tenant gets as many of its own. */
const STREAMS = { start: 30_100, count: 21 };
const MOST_RANGES = 100;

/** Starts the cluster, deploys the control plane and starts the API server; about fifteen seconds. */
export async function startTenantWorld(options: ClusterOptions = {}): Promise<TenantWorld> {
  const deployment = await startDeployment(options);
  const folder = join(deployment.world.folder, "tenants");
  const templates = Object.fromEntries(
    ["agent", "gateway"].map((file) => [file, readFileSync(join(folder, "acme", `${file}.yaml`), "utf8")]),
  );
  // Theirs would be the ports of the made-up ones.
  for (const name of EXAMPLES) removeFiles(folder, name);
  const first = await deployment.act("deploy-control-plane");
  if (first.code !== 0) throw new Error(`deploy-control-plane ended with ${first.code}:\n${first.stdout}`);
  const api = await deployment.world.api();
  const proxy = await startFaultProxy(deployment.world.cluster);
  let made = 0;
  return {
    deployment,
    api,
    proxy,
    newTenant({ consumers = BOTH, agentValues = "" } = {}) {
      const number = ++made;
      const tenant = tenantOf(number, consumers);
      const start = STREAMS.start + (number % MOST_RANGES) * STREAMS.count;
      mkdirSync(join(folder, tenant.name));
      writeFileSync(join(folder, tenant.name, "agent.yaml"), `${templates.agent}${agentValues}`);
      writeFileSync(
        join(folder, tenant.name, "gateway.yaml"),
        (templates.gateway ?? "")
          .replace(/start: \d+/, `start: ${start}`)
          .replace(/end: \d+/, `end: ${start + STREAMS.count - 1}`),
      );
      writeFileSync(join(folder, `${tenant.name}.yaml`), stringify(fileOf(tenant)));
      return tenant;
    },
    forget: ({ name }) => removeFiles(folder, name),
    deploy: ({ name }, inputs = {}, actOptions = {}) =>
      deployment.act("deploy-tenant", { tenant: name, "api-url": api.url, ...inputs }, actOptions),
    async stop() {
      await proxy.stop();
      await deployment.stop();
    },
  };
}

function removeFiles(folder: string, name: string): void {
  rmSync(join(folder, `${name}.yaml`), { force: true });
  rmSync(join(folder, name), { recursive: true, force: true });
}

function tenantOf(number: number, consumers: readonly Consumer[]): MadeTenant {
  const name = `made-${number}`;
  return {
    name,
    company: `Made ${number} GmbH`,
    email: `admin@${name}.example`,
    domains: [`${name}.example`],
    queues: ["default", "gpu"],
    consumers,
  };
}

function fileOf({ name, company, email, domains, queues, consumers }: MadeTenant): object {
  const chart = (version: string, file: string) => ({
    version,
    repository: "${CHART_REGISTRY}",
    overrides: [`${name}/${file}.yaml`],
  });
  return {
    name,
    company,
    admin: { name: `Admin of ${name}`, email },
    domains,
    queues,
    components: {
      ...(consumers.includes("agent") ? { agent: chart("6.14.6", "agent") } : {}),
      ...(consumers.includes("gateway") ? { "app-gateway": chart("3.2.0", "gateway") } : {}),
      "network-isolation": {},
    },
  };
}
