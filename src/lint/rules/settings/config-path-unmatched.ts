import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { nearestHint } from "../../../yaml/nearest.ts";
import { hasOtherConfigs, variablesAt } from "../../facts/settings.ts";
import type { LintRelease, Rule } from "../../model.ts";

/** Where the chart puts the files of `additionalConfigs`. */
const FILE = /^"?\/opt\/(?:clearml|trains)\/config\/(?:default\/)?([^/"]+)"?$/;

export const configPathUnmatched: Rule = {
  id: "L151",
  slug: "config-path-unmatched",
  severity: "warning",
  about: "A variable names a file in the configuration folder that no key of `additionalConfigs` puts there.",
  why: "The keys of `apiserver.additionalConfigs` become files in `/opt/clearml/config`. A setting that names a file there, such as the metadata of an identity provider, finds it only under the very same name. Use one name in both.",
  components: ["control-plane"],
  *check(release) {
    if (!release.environment || isMountedOtherwise(release)) return;
    const files = valueAt(release.values, ["apiserver", "additionalConfigs"]);
    const names = isMap(files) ? Object.keys(files) : [];
    for (const { name, value } of variablesAt(release, ["apiserver", "extraEnvs"])) {
      const file = FILE.exec(value?.text ?? "")?.[1];
      if (!value || file === undefined || names.includes(file)) continue;
      yield {
        message: `\`${name}\`: no file \`${file}\` is put into that folder`,
        hint: nearestHint(file, names, "add it to `apiserver.additionalConfigs`"),
        at: value.at(),
      };
    }
  },
};

/** Objects of the cluster and volumes of one's own may bring any file. */
function isMountedOtherwise(release: LintRelease): boolean {
  const mounts = ["additionalVolumeMounts", "extraVolumes"].map((key) =>
    valueAt(release.values, ["apiserver", key]),
  );
  return hasOtherConfigs(release) || mounts.some((each) => Object.keys(each ?? {}).length > 0);
}
