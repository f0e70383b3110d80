import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import type { Rule } from "../../model.ts";

/** Sources of configuration files, the strongest first. */
const SOURCES = [
  "existingAdditionalConfigsConfigMap",
  "existingAdditionalConfigsSecret",
  "additionalConfigs",
];

export const additionalConfigShadowed: Rule = {
  id: "L43",
  slug: "additional-config-shadowed",
  severity: "warning",
  about: "Configuration files are given in two ways, and the chart mounts only one of them.",
  why: "`existingAdditionalConfigsConfigMap` wins over `existingAdditionalConfigsSecret`, and both win over `additionalConfigs`. The others are not mounted, so their settings are not there and nothing says so. Put all files into one of them.",
  components: ["control-plane", "serving"],
  *check(release) {
    for (const block of Object.keys(release.values)) {
      const given = SOURCES.filter((key) => isGiven(valueAt(release.values, [block, key])));
      const [winner] = given;
      if (winner === undefined) continue;
      for (const loser of given.slice(1)) {
        const entry = release.entries.findLast(
          ({ path }) => path.length === 2 && path[0] === block && path[1] === loser,
        );
        yield {
          message: `\`${block}.${loser}\` is not mounted: \`${winner}\` takes its place`,
          hint: "give all files in one of the two",
          at: entry?.at("key") ?? release.locate([block, loser]),
          related: [{ at: release.locate([block, winner]), message: "this one is mounted" }],
        };
      }
    }
  },
};

function isGiven(value: unknown): boolean {
  return isMap(value) ? Object.keys(value).length > 0 : typeof value === "string" && value !== "";
}
