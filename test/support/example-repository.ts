/** A repository as a user makes it from the examples: the example environment, and workflows that were copied. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join, resolve } from "node:path";
import type { ActOptions } from "./act.ts";
import { keptTools, setUp } from "./deployment.ts";
import { copyExample, SECRETS, type World } from "./world.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../workflows-examples");
const AUTHOR = ["-c", "user.name=A", "-c", "user.email=a@b.example"];

export interface ExampleRepository {
  /** What `runWorkflow` takes, but for the workflow. */
  options: Pick<ActOptions, "actionInputs" | "secrets"> & { repository: string; scratch: string };
  /** Commits what is there.
   * @returns the commit */
  commit(message?: string): string;
  /** Changes a text in a file. */
  edit(file: string, from: string | RegExp, to: string): void;
  git(...args: string[]): string;
  stop(): void;
}

export interface ExampleOptions {
  /** A folder of the caller's: `repository` and what runs need are made in it. */
  folder: string;
  /** Where the charts come from and what is deployed to; without it, the examples as they are, for linting. */
  world?: World;
  /** Names of files in `workflows-examples/`, or paths of workflows from elsewhere. */
  workflows: readonly string[];
}

/** Makes the repository, with one commit that is also `origin/main`. */
export async function exampleRepository(options: ExampleOptions): Promise<ExampleRepository> {
  const { folder, world, workflows } = options;
  const repository = join(folder, "repository");
  const target = join(repository, ".github", "workflows");
  mkdirSync(target, { recursive: true });
  if (world) copyExample(repository, world.registries);
  else cpSync(join(EXAMPLES, "demo"), repository, { recursive: true });
  for (const each of workflows) cpSync(resolve(EXAMPLES, each), join(target, basename(each)));
  const git = (...args: string[]) =>
    execFileSync("git", [...AUTHOR, ...args], { cwd: repository, stdio: "pipe" })
      .toString()
      .trim();
  const commit = (message = "change") => {
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "-q", "-b", "main");
  git("update-ref", "refs/remotes/origin/main", commit("start"));
  const network = world ? await networkOf(world, folder) : NO_NETWORK;
  return {
    options: { repository, scratch: folder, actionInputs: network.actionInputs, secrets: network.secrets },
    commit,
    edit(file, from, to) {
      const path = join(repository, file);
      const text = readFileSync(path, "utf8");
      const edited = text.replace(from, to);
      if (edited === text) throw new Error(`${file} holds no ${from}`);
      writeFileSync(path, edited);
    },
    git,
    stop: network.stop,
  };
}

/** The secrets of the repository, as the examples name them. */
function secretsOf({ cluster }: World): Record<string, string> {
  const { CHART_TOKEN, ...secrets } = SECRETS;
  return {
    ...secrets,
    CLEARML_HELM_REPO_TOKEN: CHART_TOKEN,
    KUBECONFIG: readFileSync(cluster.kubeconfig, "utf8"),
  };
}

interface Network extends Required<Pick<ActOptions, "actionInputs" | "secrets">> {
  stop(): void;
}

const NO_NETWORK: Network = {
  actionInputs: {},
  secrets: { ...SECRETS, KUBECONFIG: "canary-kubeconfig-77aa" },
  stop: () => undefined,
};

/** What is ClearML's and the publishers' elsewhere is on this machine here. */
async function networkOf(world: World, folder: string): Promise<Network> {
  await keepTools(folder, world);
  const { registries, setup } = world;
  const api = await apiOnDemand(world);
  const repositories = [
    `oci://${registries.oci.host} credentials=dockerhub-token`,
    `clearml-enterprise=${registries.classic.url} credentials=helm-repo-token`,
    `bitnami=${registries.open.url}`,
  ].join("\n");
  const ofApi = { "api-url": api.url };
  const actionInputs = {
    "setup-clearml-helm": { ...setup.inputs, repositories },
    "deploy-control-plane": ofApi,
    "deploy-tenant": ofApi,
    "detect-drift": ofApi,
    "smoke-test-gateway": ofApi,
  };
  return { actionInputs, secrets: secretsOf(world), stop: api.stop };
}

/** The machine has the tools from the time before, as a runner of one's own has. */
async function keepTools(folder: string, world: World): Promise<void> {
  if (!existsSync(keptTools())) await setUp(world, join(folder, "machine"));
  mkdirSync(join(folder, "act"), { recursive: true });
  symlinkSync(keptTools(), join(folder, "act", "tool_cache"));
}

/** An address that is known before there is a control plane: the API starts with the first request. */
async function apiOnDemand(world: World): Promise<{ url: string; stop(): void }> {
  const server = createServer((incoming, response) => {
    const broken = () => response.destroy();
    world.api().then(({ url }) => {
      const { method, headers } = incoming;
      const onward = request(new URL(incoming.url ?? "/", url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward.once("error", broken));
    }, broken);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
