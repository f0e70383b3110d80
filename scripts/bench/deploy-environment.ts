/** An environment of 26 releases: a control plane with its Redis, and twelve tenants with an agent and a gateway. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { NEEDED } from "../../test/actions/chart-rendering.ts";

const TENANTS = 12;

/** The chart of each component that is used here, and its version among the stand-ins. */
export const BENCH_CHARTS = {
  "control-plane": { chart: "clearml-enterprise", version: "10.12.7" },
  redis: { chart: "redis", version: "17.8.3" },
  agent: { chart: "clearml-enterprise-agent", version: "6.14.6" },
  "app-gateway": { chart: "clearml-enterprise-app-gateway", version: "3.2.0" },
} as const;

type BenchId = keyof typeof BENCH_CHARTS;

/** Writes `clearml.yaml`, its tenants and their override files. Every version is pinned, as it should be. */
export function writeBenchEnvironment(folder: string): void {
  const write = (file: string, content: unknown) => writeFileSync(join(folder, file), stringify(content));
  mkdirSync(join(folder, "tenants"), { recursive: true });
  for (const id of Object.keys(BENCH_CHARTS) as BenchId[]) {
    const values = { ...NEEDED[BENCH_CHARTS[id].chart]?.values, ...(id === "control-plane" ? SERVERS : {}) };
    write(`${id}.yaml`, values);
  }
  const components = { "control-plane": component("control-plane"), redis: component("redis") };
  write("clearml.yaml", { version: 1, name: "bench", components, tenants: "tenants/*.yaml", ...DOMAIN });
  for (let index = 0; index < TENANTS; index++) {
    const name = `tenant-${index}`;
    write(`tenants/${name}.yaml`, {
      name,
      admin: { name: "Admin", email: `admin@${name}.example` },
      domains: [`${name}.example`],
      components: {
        agent: component("agent", "../"),
        "app-gateway": component("app-gateway", "../"),
      },
    });
  }
}

const DOMAIN = { baseDomain: "ml.example.com" };
/** Node ports of the stand-ins are one another's. */
const CLUSTER_IP = { service: { type: "ClusterIP" } };
const SERVERS = { apiserver: CLUSTER_IP, fileserver: CLUSTER_IP, webserver: CLUSTER_IP };

function component(id: BenchId, up = ""): object {
  const { version } = BENCH_CHARTS[id];
  // Nobody is asked: a pinned version that is deployed already is not fetched.
  return { version, repository: "oci://registry.invalid/clearml", overrides: [`${up}${id}.yaml`] };
}
