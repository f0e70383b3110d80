/** What GitHub tells a workflow about a pull request, as far as the examples ask. */

/** The pull request of github-api/server.ts that is there from the beginning. */
const NUMBER = 7;

export interface PullRequestOptions {
  /** `owner/name` of the repository that it comes from; the one that it goes to when left out. */
  from?: string;
  author?: string;
}

/** Payload of `pull_request`. */
export function pullRequestPayload(
  repository: string,
  sha: string,
  options: PullRequestOptions = {},
): object {
  const { from = repository, author = "ada" } = options;
  return {
    action: "synchronize",
    number: NUMBER,
    repository: { full_name: repository, default_branch: "main" },
    pull_request: {
      number: NUMBER,
      user: { login: author },
      head: { sha, ref: "change", repo: { full_name: from, fork: from !== repository } },
      base: { sha, ref: "main", repo: { full_name: repository } },
    },
  };
}
