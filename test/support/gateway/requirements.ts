import { findProgram, installPackages, mayInstall } from "../../cluster/real-node/requirements.ts";

const PACKAGE = "nginx-light";

/** Why this machine can have no nginx, and what would help; undefined when it can. */
export function nginxUnavailable(): string | undefined {
  if (findProgram("nginx") || mayInstall()) return undefined;
  return `nginx is missing on this machine; install with: apt-get install ${PACKAGE} (or set CLEARML_ACTIONS_INSTALL=1)`;
}

/** Path of nginx, installed where `nginxUnavailable` says that it may be. */
export function nginx(): string {
  if (!findProgram("nginx")) installPackages([PACKAGE], (line) => process.stderr.write(`${line}\n`));
  const found = findProgram("nginx");
  if (!found) throw new Error(`${PACKAGE} was installed, and there is no nginx`);
  return found;
}
