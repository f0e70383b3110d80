/**
 * Pushes every packed action to its own repository. The token for it is in the environment, as RELEASE_TOKEN. One
 * repository that fails leaves the others alone.
 * Usage: node scripts/release/mirror.ts <packed folder> <version> <commit> [address of the repositories]
 */
import { join, resolve } from "node:path";
import { joinFailures, UserError } from "../../src/core/errors.ts";
import { GitError } from "./git.ts";
import { mirrorAction } from "./mirror-action.ts";
import { packedActions } from "./packed.ts";
import { runScript } from "./run-script.ts";
import { versionTag } from "./tags.ts";

const OWNER = "https://github.com/clearml";

/** Mirrors all actions of a packed folder; says of each what was pushed. */
export function mirrorAll(options: {
  packed: string;
  version: string;
  /** Where in clearml/actions it was made from. */
  commit: string;
  owner?: string;
  say: (line: string) => void;
}): void {
  const { packed, version, commit, owner = OWNER, say } = options;
  const message = `${versionTag(version)}\n\nMade from clearml/actions@${commit}`;
  const failures: unknown[] = [];
  for (const name of packedActions(packed)) {
    try {
      const pushed = mirrorAction({ url: `${owner}/${name}`, folder: join(packed, name), version, message });
      say(`${name}: ${pushed.length === 0 ? "is there already" : `pushed ${pushed.join(", ")}`}`);
    } catch (thrown) {
      const failed =
        thrown instanceof GitError ? new UserError({ message: `${name}: ${thrown.message}` }) : thrown;
      failures.push(failed);
    }
  }
  if (failures.length > 0) throw joinFailures(failures);
}

if (import.meta.main) {
  await runScript(() => {
    const [packed, version, commit, owner] = process.argv.slice(2);
    if (!packed || !version || !commit)
      throw new UserError({ message: "name the folder, the version and the commit" });
    mirrorAll({ packed: resolve(packed), version, commit, say: console.log, ...(owner ? { owner } : {}) });
  });
}
