import type { ComponentId } from "../../../catalogue/model.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { isInert } from "../../facts/inert.ts";
import type { Rule } from "../../model.ts";

/** Keys whose text the charts print between quotes as it is. */
const CREDENTIALS = /^(global\.)?imageCredentials\.(registry|username|password|email)$/;
const OF_COMPONENT: Readonly<Partial<Record<ComponentId, RegExp>>> = {
  agent:
    /^(agentk8sglue\.(api|file|web)ServerUrlReference|clearml\.(extraIndexUrl|agentk8sglue(Key|Secret)))$/,
  serving: /^clearml\.(api(Access|Secret)Key|(api|files|web)Host|defaultBaseServeUrl|kafkaServeUrl)$/,
  "control-plane": /^clearml\.(extraIndexUrl|cookieDomain|cookieName)$/,
  "app-gateway": /^(externalURL|clearml\.(apiServerUrlReference|authCookieName))$/,
  "task-traffic-router": /^clearml\.(apiServerUrlReference|authCookieName)$/,
};

export const rawInQuotes: Rule = {
  id: "L148",
  slug: "raw-in-quotes",
  severity: "error",
  about: "A text holds a quote or backslash, and the chart prints it between quotes as it is.",
  why: 'Charts put the credentials of the registry and some addresses into JSON or quoted YAML without escaping them: `pass"word` ends the text early, and the manifest or the pull secret is broken. Choose credentials without `"` and `\\`, and leave quotes out of addresses.',
  *check(release) {
    for (const { path, rule, value, leftover, at } of release.entries) {
      if (typeof value !== "string" || leftover || !/["\\]/.test(value)) continue;
      const place = path.join(".");
      if (!CREDENTIALS.test(place) && !OF_COMPONENT[release.id]?.test(place)) continue;
      // A wrong form is told already; what a placeholder stands for is not known.
      const isTold = rule?.pattern !== undefined && !rule.secret && !rule.pattern.expression.test(value);
      if (isTold || isInert(release, path) || findPlaceholders(value).length > 0) continue;
      yield {
        message: `\`${place}\` holds a quote or a backslash, which the chart prints as it is`,
        hint: "take them out",
        at: at(),
      };
    }
  },
};
