import { isMap } from "../../../overrides/merge.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { valueAt } from "../../../overrides/values.ts";
import { isPublished } from "../../facts/secrets.ts";
import type { Rule } from "../../model.ts";

/** Default passwords of the Grafana that the serving chart brings along. */
const GRAFANA_DEFAULTS = ["clearml", "admin", "prom-operator"];

export const publishedSecret: Rule = {
  id: "L153",
  slug: "published-secret",
  severity: "error",
  about: "A default credential of an older chart, or of a chart within the chart, is kept.",
  why: "These defaults are printed in public values files, so everybody can log in with them. Old server charts had them below `secret.credentials`, which newer charts do not read at all; Grafana has `adminPassword`. Make new ones and name them as secrets.",
  *check(release) {
    const severity = release.environment ? {} : { severity: "warning" as const };
    const grafana = valueAt(release.values, ["grafana", "adminPassword"]);
    if (typeof grafana === "string" && GRAFANA_DEFAULTS.includes(grafana)) {
      yield {
        message: "`grafana.adminPassword` is the published default",
        hint: "write `${NAME}` of a secret",
        at: release.locate(["grafana", "adminPassword"]),
        ...severity,
      };
    }
    const old = valueAt(release.values, ["secret", "credentials"]);
    if (!isMap(old)) return;
    const texts = Object.values(old).flatMap((each) => (isMap(each) ? Object.values(each) : [each]));
    const literal = texts.some((text) => typeof text === "string" && findPlaceholders(text).length === 0);
    // What is published word for word is said at its own place.
    if (!literal || texts.some((text) => typeof text === "string" && isPublished(text, false))) return;
    yield {
      message: "`secret.credentials` is where old server charts had their published credentials",
      hint: "use the keys below `clearml` of today's chart, with `${NAME}` of secrets",
      // What stands there is nobody's default, but nothing reads it either.
      severity: "warning",
      at: release.locate(["secret", "credentials"]),
    };
  },
};
