import { UserError } from "../../core/errors.ts";
import { type Github, GithubError } from "../../github/api.ts";

const RIGHT = "the job needs `permissions: issues: write`";

/** Why an issue could not be kept, with the setting or the right that is missing. */
export function explained({ repository }: Github, thrown: unknown): unknown {
  if (!(thrown instanceof GithubError) || thrown.tooFast) return thrown;
  const hint = repair(thrown);
  if (hint === undefined) return thrown;
  const message = `the drift issue of ${repository} cannot be kept up to date: ${thrown.message}`;
  return new UserError({ message, hint }, { kind: "cluster", cause: thrown });
}

function repair({ status, message }: GithubError): string | undefined {
  if (status === 410) {
    return "issues are switched off there: switch them on (Settings, General, Features), or set the `issue` input to none";
  }
  if (status === 403 && /archived/i.test(message)) {
    return "nothing can be written to an archived repository: set the `issue` input to none";
  }
  if (status === 403) return `${RIGHT}; runs for pull requests from forks cannot have it`;
  if (status === 404) return `the token may not see the repository or its issues: ${RIGHT}`;
  return undefined;
}
