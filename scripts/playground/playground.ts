/** Everything the tutorial needs, on one machine: a cluster, chart sources, tools, a ClearML API, and a way in. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { shellWord } from "../../src/core/shell-word.ts";
import { givenCluster } from "../../test/cluster/given.ts";
import { createCertificates } from "../../test/support/gateway/certificates.ts";
import { startWorld, type World } from "../../test/support/world.ts";
import { type Entrance, startEntrance } from "./entrance.ts";
import { playLoadBalancers } from "./load-balancers.ts";

export interface Playground {
  world: World;
  /** What `env` sets. */
  variables: Record<string, string>;
  /** Whether the pods of the cluster run. */
  isReal: boolean;
  stop(): Promise<void>;
}

export interface PlaygroundOptions {
  /** Empty; becomes the environment, with `env` beside it. */
  folder: string;
  /** A cluster with real pods, in place of one that plays them. */
  kubeconfig?: string | undefined;
  log(line: string): void;
}

const NAMES = resolve(import.meta.dirname, "../../test/support/gateway/names.ts");
/** Below the folder: what nobody edits. */
export const PRIVATE = ".playground";

/** Starts all parts and writes the folder; about six seconds with the tools at hand. */
export async function startPlayground({ folder, kubeconfig, log }: PlaygroundOptions): Promise<Playground> {
  const own = join(folder, PRIVATE);
  mkdirSync(join(own, "tmp"), { recursive: true, mode: 0o700 });
  // What a killed playground leaves is found in its folder by the next one.
  process.env.TMPDIR = join(own, "tmp");
  const cluster = kubeconfig ? await givenCluster(kubeconfig) : undefined;
  const world = await startWorld({ folder, log, ...(cluster ? { cluster } : {}) });
  try {
    const { baseDomain: domain, variables: given } = parse(
      readFileSync(join(folder, "clearml.yaml"), "utf8"),
    ) as { baseDomain: string; variables: { COOKIE_NAME: string } };
    const access = { kubectl: world.tools.kubectl, kubeconfig: world.cluster.kubeconfig };
    const isReal = kubeconfig !== undefined || process.env.CLUSTER === "kind";
    const names = { folder: own, domain, cookie: given.COOKIE_NAME };
    const endBalancers = isReal ? playLoadBalancers(access) : undefined;
    const entrance = isReal
      ? undefined
      : await startEntrance({ ...access, ...names, api: () => world.api() });
    const variables = {
      ...common(world),
      ...(entrance ? leading(own, entrance) : await certificates(own, domain)),
    };
    writeEnv(join(folder, "env"), variables);
    return {
      ...{ world, variables, isReal },
      async stop() {
        endBalancers?.();
        await Promise.all([entrance?.stop(), world.stop()]);
        await cluster?.stop();
      },
    };
  } catch (thrown) {
    await world.stop();
    throw thrown;
  }
}

/** Kubeconfig, secrets, and where tools and charts come from. */
function common({ env, setup }: World): Record<string, string> {
  const { mirror = "", checksums = "", repositories = "" } = setup.inputs;
  return {
    ...env,
    ...setup.env,
    TOOL_MIRROR: mirror,
    TOOL_SUMS: checksums,
    CHART_SOURCES: repositories,
  };
}

/** What lets programs on Node know the hosts of the environment, and trust their certificates. */
function leading(own: string, { names, authority }: Entrance): Record<string, string> {
  // As JavaScript: npx runs on the Node of the machine, which may not read types.
  const file = join(own, "names.mjs");
  writeFileSync(file, stripTypeScriptTypes(readFileSync(NAMES, "utf8")));
  return {
    TEST_NAMES: JSON.stringify(names),
    NODE_OPTIONS: `--import=${pathToFileURL(file).href}`,
    NODE_EXTRA_CA_CERTS: authority,
  };
}

/** What an ingress controller of a real cluster needs, and those who ask it. */
async function certificates(own: string, domain: string): Promise<Record<string, string>> {
  const { authority, of } = await createCertificates(own, [domain, `*.${domain}`]);
  return { NODE_EXTRA_CA_CERTS: authority, TLS_CERTIFICATE: of.good.certificate, TLS_KEY: of.good.key };
}

function writeEnv(file: string, variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`);
  writeFileSync(file, `# For the shell: . ./env\n${lines.join("\n")}\n`);
  chmodSync(file, 0o600);
}
