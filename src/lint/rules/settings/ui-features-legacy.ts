import { compareMinor, serverVersion } from "../../facts/server-version.ts";
import { givenSettings } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

/** Server version from which groups have these features. */
const SINCE = "3.25";

export const uiFeaturesLegacy: Rule = {
  id: "L51",
  slug: "ui-features-legacy",
  severity: "info",
  about: "What a role sees is set the old way; since server 3.25 it is a feature of a group.",
  why: "`ui_features_per_role` hides parts of the web app by role. Since server 3.25 the features `show_datasets`, `show_orchestration` and others of a group do it, and win. Give them in `services.auth.default_groups.<group>.features` and remove these settings.",
  components: ["control-plane"],
  *check(release) {
    const version = serverVersion(release);
    if (version !== undefined && compareMinor(version, SINCE) < 0) return;
    for (const { path, name, at } of givenSettings(release)) {
      const [, feature] = /^services\.auth\.ui_features_per_role\.[^.]+\.([^.]+)$/.exec(path) ?? [];
      if (feature === undefined) continue;
      yield {
        message: `\`${name}\` is the old way to hide a part of the web app`,
        hint: `give \`${feature}\` in the features of the groups that shall see it`,
        at,
      };
    }
  },
};
