import { FEATURES, RETIRED_FEATURES } from "../../../catalogue/environment-variables.ts";
import { nearestName } from "../../../yaml/nearest.ts";
import { type GivenSetting, givenSettings } from "../../facts/settings.ts";
import type { Hit, Rule } from "../../model.ts";

const ORGANISATION = /^services\.organization\.features\.([^.]+)$/;
const GROUP = /^services\.auth\.default_groups\.[^.]+\.features(\.\d+)?$/;

export const featureName: Rule = {
  id: "L49",
  slug: "feature-name",
  severity: "warning",
  about: "A feature that the server does not know, so that nothing is allowed by it.",
  why: "Features are words that the server compares; one it does not know is ignored without a word, and the group or organisation goes without what was meant. The known ones are those of ClearML's documentation; a server newer than this toolkit may have more, so only a near miss is a warning. `experiments` and `queues` are accepted and have no effect any more.",
  components: ["control-plane"],
  *check(release) {
    for (const setting of givenSettings(release)) {
      for (const { feature, at } of featuresOf(setting)) yield* hitsOf(feature, at);
    }
  },
};

function featuresOf(setting: GivenSetting): { feature: string; at: Hit["at"] }[] {
  const { path, value, text } = setting;
  const switched = ORGANISATION.exec(path)?.[1];
  if (switched !== undefined) return [{ feature: switched, at: setting.at }];
  const list = GROUP.exec(path);
  if (!list || !value) return [];
  // In a configuration file, each item is a setting.
  if (list[1] !== undefined) return text === undefined ? [] : [{ feature: text, at: setting.valueAt }];
  if (value.kind !== "list") return [];
  return value.items.map((item) => ({ feature: item.replace(/^"(.*)"$/, "$1"), at: setting.valueAt }));
}

function* hitsOf(feature: string, at: Hit["at"]): Generator<Hit> {
  // What is written with single quotes is told elsewhere.
  if (FEATURES.includes(feature) || !/^[\w*-]+$/.test(feature)) return;
  if (RETIRED_FEATURES.includes(feature)) {
    yield {
      message: `the feature \`${feature}\` has no effect any more`,
      hint: "remove it",
      severity: "info",
      at,
    };
    return;
  }
  const nearest = nearestName(feature, FEATURES);
  yield {
    message: `\`${feature}\` is not a feature known here`,
    ...(nearest ? { hint: `did you mean \`${nearest}\`?` } : { severity: "info" as const }),
    at,
  };
}
