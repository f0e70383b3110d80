import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import semver from "semver";
import { stringify } from "yaml";
import type { Context } from "../core/context.ts";
import { loginFailure } from "./failures.ts";
import { isLoopback } from "./loopback.ts";
import type { ChartRepository, LoginPlan, RegistryLogin } from "./plan.ts";

/** Helm as installed: what runs and what it can. */
export interface HelmExecutable {
  path: string;
  version: string;
}

/** The private files of Helm, by the variables Helm reads them from. */
export interface HelmFiles {
  HELM_REGISTRY_CONFIG: string;
  HELM_REPOSITORY_CONFIG: string;
  HELM_REPOSITORY_CACHE: string;
}

/** Helm 3 learned the flag here; before, it spoke HTTP to loopback addresses by itself. */
const PLAIN_HTTP_SINCE = "3.18.0";

/**
 * Logs in to everything planned, in a private folder that lasts until the post step, and exports the variables that
 * lead Helm there.
 * @throws UserError for the first login that fails; it names the credential and the input
 */
export async function logIn(context: Context, helm: HelmExecutable, plan: LoginPlan): Promise<HelmFiles> {
  const folder = await context.keptDir("helm");
  const files: HelmFiles = {
    HELM_REGISTRY_CONFIG: join(folder, "registry", "config.json"),
    HELM_REPOSITORY_CONFIG: join(folder, "repositories.yaml"),
    HELM_REPOSITORY_CACHE: join(folder, "cache"),
  };
  await mkdir(join(folder, "registry"), { mode: 0o700 });
  await mkdir(files.HELM_REPOSITORY_CACHE, { mode: 0o700 });
  // One after the other: helm registry login reads, changes and writes one file without a lock (helm/helm#12622).
  for (const login of plan.registries) await logInToRegistry(context, helm, files, login);
  if (plan.registries.length > 0) await chmod(files.HELM_REGISTRY_CONFIG, 0o600);
  await writeRepositories(files.HELM_REPOSITORY_CONFIG, plan.repositories);
  await Promise.all(plan.repositories.map((each) => fetchIndex(context, helm, files, each)));
  for (const [name, value] of Object.entries(files)) context.exportVariable(name, value);
  return files;
}

async function logInToRegistry(
  context: Context,
  helm: HelmExecutable,
  files: HelmFiles,
  login: RegistryLogin,
): Promise<void> {
  const { code, stdout, stderr } = await context.exec.run(helm.path, registryArguments(helm.version, login), {
    stdin: login.password,
    env: { ...files },
    quiet: true,
    ok: [0, 1],
  });
  if (code !== 0) {
    const attempt = { target: login.host, from: login.from, withCredentials: true };
    throw loginFailure(attempt, `${stderr}\n${stdout}`);
  }
  context.log.info(`logged in to ${login.host} as ${login.username}`);
}

/** Arguments of `helm registry login`: the host alone, as Helm 4 demands. The password is not among them. */
export function registryArguments(helmVersion: string, login: RegistryLogin): string[] {
  const plainHttp = isLoopback(login.host) && semver.gte(helmVersion, PLAIN_HTTP_SINCE);
  return [
    "registry",
    "login",
    login.host,
    "--username",
    login.username,
    "--password-stdin",
    ...(plainHttp ? ["--plain-http"] : []),
  ];
}

/**
 * Writes Helm's repository file. `helm repo add` would take the user name as an argument, and for ClearML's old
 * repositories the user name is the token.
 */
async function writeRepositories(file: string, repositories: readonly ChartRepository[]): Promise<void> {
  const entries = repositories.map(({ name, url, credentials }) => ({
    name,
    url,
    ...(credentials ? { username: credentials.username, password: credentials.password } : {}),
  }));
  const content = { apiVersion: "", generated: new Date().toISOString(), repositories: entries };
  await writeFile(file, stringify(content), { mode: 0o600 });
}

/** Fetches the index of a repository, which also proves the credentials. */
async function fetchIndex(
  context: Context,
  helm: HelmExecutable,
  files: HelmFiles,
  repository: ChartRepository,
): Promise<void> {
  const { code, stdout, stderr } = await context.exec.run(helm.path, ["repo", "update", repository.name], {
    env: { ...files },
    quiet: true,
    ok: [0, 1],
  });
  // Helm 3 ends with 0 also when it got no index.
  const index = join(files.HELM_REPOSITORY_CACHE, `${repository.name}-index.yaml`);
  const fetched = await stat(index).catch(() => undefined);
  if (code !== 0 || !fetched) {
    const { credentials } = repository;
    const from = credentials?.from ?? repository.from;
    const attempt = { target: repository.url, from, withCredentials: credentials !== undefined };
    throw loginFailure(attempt, `${stdout}\n${stderr}`);
  }
  context.log.info(`chart repository ${repository.name}: ${repository.url}`);
}
