/** Git as the release needs it: no configuration of the machine, no questions, and no token in arguments or files. */
import { spawnSync } from "node:child_process";

/** Environment variable with the token for pushes; only the credential helper below reads it. */
export const TOKEN_VARIABLE = "RELEASE_TOKEN";

/** Asked by git when the server wants a login. The shell that git starts for it expands the variable. */
const HELPER = `!f() { echo username=x-access-token; echo "password=$${TOKEN_VARIABLE}"; }; f`;

export class GitError extends Error {}

/** Runs git in a folder; returns what it prints. Throws with git's own words. */
export function git(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  const login = [
    "-c",
    "credential.helper=",
    ...(process.env[TOKEN_VARIABLE] ? ["-c", `credential.helper=${HELPER}`] : []),
  ];
  const { status, stdout, stderr, error } = spawnSync("git", [...login, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...inherited(), ...QUIET, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new GitError(`git ${args[0]}: ${stderr.trim() || `exit code ${status}`}`);
  return stdout.trim();
}

const QUIET = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

/** Without git's own variables: GIT_TRACE_CURL would print the login, GIT_DIR would lead elsewhere. */
function inherited(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
}
