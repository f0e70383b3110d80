import semver from "semver";
import { valueAt } from "../../../overrides/values.ts";
import type { Rule } from "../../model.ts";

/** From this version on CDI is on unless switched off, and decides how devices are handed out. */
const CDI_DECIDES = "25.10.0";

export const cdiVsVolumeMounts: Rule = {
  id: "L129",
  slug: "cdi-vs-volume-mounts",
  severity: "warning",
  about: "`DEVICE_LIST_STRATEGY=volume-mounts` has no effect while the GPU operator uses CDI.",
  why: "With CDI on, which it is by default since 25.10, the operator writes its own `cdi-annotations,cdi-cri` over the strategy of the device plugin. Containers then see other devices than the setup with volume mounts is meant to allow. Set `cdi.enabled: false`, or take the variable out.",
  components: ["gpu-operator"],
  *check(release) {
    const version = semver.valid(release.version ?? "");
    if (version !== null && semver.lt(version, CDI_DECIDES)) return;
    if (valueAt(release.values, ["cdi", "enabled"]) === false) return;
    for (const { name, item, value } of release.variables) {
      if (item.path[0] !== "devicePlugin" || name !== "DEVICE_LIST_STRATEGY") continue;
      if (!value?.text?.includes("volume-mounts")) continue;
      yield {
        message: "`volume-mounts` has no effect: with CDI on, the operator writes its own strategy over it",
        hint: "set `cdi.enabled: false`",
        at: value.at(),
      };
    }
  },
};
