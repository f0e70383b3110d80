import type { Context } from "../../../src/core/context.ts";
import { createHttp } from "../../../src/core/http.ts";
import { type Github, github } from "../../../src/github/api.ts";
import { type GithubApi, TOKEN } from "../../support/github-api/server.ts";

const SIGNAL = new AbortController().signal;

/** The client as a step of a workflow has it. */
export function clientOf(api: GithubApi, token: string | undefined = TOKEN): Github {
  const client = github(contextWith({ GITHUB_REPOSITORY: api.repository, GITHUB_API_URL: api.url }), token);
  if (!client) throw new Error("no client");
  return client;
}

export function contextWith(env: Record<string, string>): Pick<Context, "env" | "http" | "signal"> {
  return { env, http: createHttp(SIGNAL), signal: SIGNAL };
}
