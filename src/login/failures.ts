import { UserError } from "../core/errors.ts";

/** Words of Helm 3.21 and 4.2, and of the network below them, when nobody answered. */
const UNREACHABLE =
  /no such host|connection refused|i\/o timeout|network is unreachable|deadline exceeded|no route to host|connection reset|server gave HTTP response|x509:|tls:|50\d /i;
/** GitHub answers 404, not 401, to a token that may not read a private repository. */
const REFUSED = /\b40[134]\b|unauthorized|forbidden|denied|authentication required|incorrect username/i;

/** What was tried, for the message. */
export interface Attempt {
  /** Registry host or address of the repository. */
  target: string;
  /** The input or line to correct. */
  from: string;
  withCredentials: boolean;
}

/**
 * One message for a login that failed: the target, the input to correct, what the server said. Wrong credentials are
 * wrong input (exit code 2), a server that does not answer is not (3).
 */
export function loginFailure(attempt: Attempt, output: string): UserError {
  const reason = loginReason(output);
  if (UNREACHABLE.test(reason) || !REFUSED.test(reason)) {
    return new UserError(
      {
        message: `${attempt.target} cannot be used (${attempt.from}): ${reason}`,
        hint: "check the address, DNS, firewall, proxy and certificates of the runner",
      },
      { kind: "cluster" },
    );
  }
  return new UserError({
    message: `${attempt.target} refuses the login with ${attempt.from}: ${reason}`,
    hint: attempt.withCredentials
      ? `correct ${attempt.from}: the token may be mistyped, expired, or have no access to this ${attempt.target.includes("://") ? "repository" : "registry"}`
      : `give ${attempt.from} credentials: \`username=VARIABLE password=VARIABLE\` or \`credentials=helm-repo-token\``,
  });
}

/** Helm's own sentence, without its prefix and progress lines. */
function loginReason(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(\.\.\.|Hang tight|Update Complete|level=|WARN)/i.test(line));
  const telling = lines.find((line) => !/^Error: failed to update/.test(line)) ?? lines[0];
  return telling?.replace(/^Error: /, "") ?? "helm gave no reason";
}
