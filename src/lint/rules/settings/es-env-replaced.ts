import { valueAt } from "../../../overrides/values.ts";
import { isInert } from "../../facts/inert.ts";
import { variablesAt } from "../../facts/settings.ts";
import type { Rule } from "../../model.ts";

const LIST = ["elasticsearch", "extraEnvs"];
const SWITCH = "xpack.security.enabled";

export const esEnvReplaced: Rule = {
  id: "L53",
  slug: "es-env-replaced",
  severity: "warning",
  about:
    "The variables of Elasticsearch are replaced as a whole, and its switched-off security is lost with them.",
  why: "Helm does not merge lists: `elasticsearch.extraEnvs` takes the place of all the chart's own variables, among them `xpack.security.enabled: \"false\"` and the limits of the disk. Elasticsearch then asks for a password that the API server does not have, which ends with `MissingPasswordForElasticUser`. Repeat the chart's variables in the list, or switch `elasticsearch.secret.enabled` on.",
  components: ["control-plane"],
  *check(release) {
    const list = valueAt(release.values, LIST);
    // In a single file, the switch of the secret may be in another.
    if (!release.environment || !Array.isArray(list) || isInert(release, LIST)) return;
    if (valueAt(release.values, ["elasticsearch", "secret", "enabled"]) === true) return;
    if (variablesAt(release, LIST).some(({ name }) => name === SWITCH)) return;
    yield {
      message: `this list replaces the chart's own, and with it \`${SWITCH}\``,
      hint: `add \`{ name: ${SWITCH}, value: "false" }\`, and what else of the chart's list you want to keep`,
      at:
        release.entries.findLast(({ path }) => path.join(".") === LIST.join("."))?.at("key") ??
        release.locate(LIST),
    };
  },
};
