import { createSecrets } from "../../../../src/core/secrets.ts";
import { type DriftIssue, type ManagedIssue, manageIssue } from "../../../../src/drift/issue/manage.ts";
import type { Finding } from "../../../../src/drift/model.ts";
import {
  BOT,
  type GithubApi,
  type GithubApiOptions,
  startGithubApi,
} from "../../../support/github-api/server.ts";
import type { Issue, Rights } from "../../../support/github-api/state.ts";
import { clientOf } from "../../github/support.ts";
import { APISERVER, finding, modified, report } from "../report/reports.ts";

/** What a job with `permissions: issues: write` has. */
export const WRITER = "ghs_issues_write";
const READER = "ghs_issues_read";
/** A personal token. */
export const ADA = "ghp_ada";

export const startApi = (options: GithubApiOptions = {}): Promise<GithubApi> => {
  const bot = (rights: Rights) => ({ login: BOT, type: "Bot", rights }) as const;
  const ada = { login: "ada", type: "User", rights: { issues: "write" } } as const;
  return startGithubApi({
    tokens: { [WRITER]: bot({ issues: "write" }), [READER]: bot({ issues: "read" }), [ADA]: ada },
    ...options,
  });
};
export { READER };

export const [REPLICAS, IMAGE, GONE] = [
  modified(),
  modified({ path: "/spec/template/spec/containers/name=api/image", expected: "api:2", actual: "api:3" }),
  finding("missing", {
    object: APISERVER,
    message: "control-plane: Deployment clearml/clearml-apiserver is gone",
  }),
];

export interface RunOf extends Partial<Pick<DriftIssue, "whole" | "now">> {
  environment?: string;
  complete?: boolean;
  token?: string;
  /** GITHUB_RUN_ID */
  run?: string;
  secret?: string;
}

/** What a run does about its findings. */
export function keep(api: GithubApi, findings: readonly Finding[], of: RunOf = {}): Promise<ManagedIssue> {
  const { environment = "production", complete = true, whole = true, now = new Date(), token = WRITER } = of;
  const secrets = createSecrets(() => undefined);
  secrets.mask(of.secret);
  const env = { GITHUB_REPOSITORY: api.repository, GITHUB_RUN_ID: of.run ?? "42" };
  return manageIssue(clientOf(api, token), {
    report: report(findings, { environment, complete }),
    ...{ whole, now, config: "clearml.yaml", context: { env, secrets } },
  });
}

/** Requests that write. */
export function writes(api: GithubApi): string[] {
  return api.requests
    .filter(({ method, path }) => method !== "GET" && path !== "/graphql")
    .map(({ method, path }) => `${method} ${path.replace(`/repos/${api.repository}`, "")}`);
}

export const comments = (api: GithubApi, { number }: Pick<Issue, "number">): string[] =>
  api.comments.filter(({ issue }) => issue === number).map(({ body }) => body);
