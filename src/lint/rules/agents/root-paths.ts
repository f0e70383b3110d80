import semver from "semver";
import type { ComponentId } from "../../../catalogue/model.ts";
import { isInert } from "../../facts/inert.ts";
import type { Rule } from "../../model.ts";

/** From which version of the enterprise chart on nothing runs as root. */
const WITHOUT_ROOT: Readonly<Partial<Record<ComponentId, string>>> = {
  agent: "6.12.3",
  "control-plane": "11.0.0",
};
const KEYS = new Set(["mountPath", "folderPath"]);

export const rootPaths: Rule = {
  id: "L109",
  slug: "root-paths",
  severity: "warning",
  about: "A file or volume is mounted below /root, which the user of the container may not enter.",
  why: "From agent chart 6.12.3 and server chart 11.0.0 on containers run as user 65532, whose home is /home/nonroot. What is mounted below /root is not found there: a pip.conf is ignored, a cache stays empty. Mount it below /home/nonroot, or at a place of its own such as /etc or /opt.",
  components: ["agent", "control-plane"],
  *check(release) {
    const since = WITHOUT_ROOT[release.id];
    const version = semver.valid(release.version ?? "");
    if (!since || version === null || release.environment?.edition !== "enterprise") return;
    if (semver.lt(version, since)) return;
    for (const { path, text, at } of release.entries) {
      if (!KEYS.has(String(path.at(-1))) || !text || !/^\/root(\/|$)/.test(text) || isInert(release, path))
        continue;
      yield {
        message: `\`${text}\` belongs to root, and nothing runs as root in chart ${release.version}`,
        hint: `mount it below /home/nonroot, such as ${text.replace(/^\/root/, "/home/nonroot")}`,
        at: at(),
      };
    }
  },
};
