import type { Context } from "../core/context.ts";
import { type Problem, UserError } from "../core/errors.ts";
import { type CredentialInput, parseRepositories, type RepositoryLine } from "./repositories.ts";

/** The inputs that logins are made of. */
export interface LoginInputs {
  "dockerhub-username": string;
  "dockerhub-token"?: string | undefined;
  "helm-repo-token"?: string | undefined;
  repositories?: readonly string[] | undefined;
}

interface Credentials {
  username: string;
  password: string;
  /** What the user corrects when they are wrong: an input or the variables of a line. */
  from: string;
}

export interface RegistryLogin extends Credentials {
  host: string;
}

export interface ChartRepository {
  name: string;
  url: string;
  credentials?: Credentials;
  from: string;
}

export interface LoginPlan {
  registries: readonly RegistryLogin[];
  repositories: readonly ChartRepository[];
}

/** Registry of the enterprise charts since December 2025. */
const CLEARML_REGISTRY = "docker.io";
/** Repository of the enterprise charts before that. */
const CLEARML_REPOSITORY = {
  name: "clearml-enterprise",
  url: "https://raw.githubusercontent.com/clearml/clearml-enterprise-helm-charts/gh-pages",
};

/**
 * What to log in to. A token goes to the lines of `repositories` that ask for it by `credentials=`, or, when none
 * does, to ClearML's own registry or repository. Values of named variables are masked here.
 * @throws UserError with every line that is wrong or whose credentials are missing
 */
export function planLogins(inputs: LoginInputs, context: Pick<Context, "env" | "secrets">): LoginPlan {
  const lines = parseRepositories(inputs.repositories ?? []);
  const problems: Problem[] = [];
  const registries: RegistryLogin[] = [];
  const repositories: ChartRepository[] = [];
  for (const line of lines) {
    const credentials = credentialsOf(line, inputs, context, problems);
    if (line.kind === "oci") {
      if (credentials) registries.push({ host: line.host, ...credentials });
    } else if (line.name && line.url) {
      repositories.push({
        name: line.name,
        url: line.url,
        from: line.from,
        ...(credentials ? { credentials } : {}),
      });
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  const unclaimed = (input: CredentialInput) =>
    lines.some(({ credentials }) => credentials && "input" in credentials && credentials.input === input)
      ? undefined
      : tokenCredentials(input, inputs);
  const dockerhub = unclaimed("dockerhub-token");
  if (dockerhub) registries.unshift({ host: CLEARML_REGISTRY, ...dockerhub });
  const github = unclaimed("helm-repo-token");
  if (github) repositories.unshift({ ...CLEARML_REPOSITORY, credentials: github, from: "`helm-repo-token`" });
  return { registries, repositories };
}

function credentialsOf(
  line: RepositoryLine,
  inputs: LoginInputs,
  { env, secrets }: Pick<Context, "env" | "secrets">,
  problems: Problem[],
): Credentials | undefined {
  if (!line.credentials) return undefined;
  if ("input" in line.credentials) {
    const { input } = line.credentials;
    const found = tokenCredentials(input, inputs);
    if (!found) {
      problems.push({
        message: `${line.from} takes its credentials from \`${input}\`, which is empty`,
        hint: `set \`${input}\``,
      });
    }
    return found;
  }
  const { username, password } = line.credentials;
  for (const variable of [username, password].filter((each) => !env[each])) {
    problems.push({
      message: `${line.from}: the variable ${variable} is not set or empty`,
      hint: `set it in \`env:\` of the step, from a secret`,
    });
  }
  secrets.mask(env[password]);
  return {
    username: env[username] ?? "",
    password: env[password] ?? "",
    from: `${line.from} (${username}, ${password})`,
  };
}

/** A GitHub token is user name and password at once, as ClearML's guides for its old repositories say. */
function tokenCredentials(input: CredentialInput, inputs: LoginInputs): Credentials | undefined {
  const token = inputs[input];
  if (!token) return undefined;
  const username = input === "helm-repo-token" ? token : inputs["dockerhub-username"];
  return { username, password: token, from: `\`${input}\`` };
}
