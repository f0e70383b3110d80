import { valueAt } from "../../../overrides/values.ts";
import type { Rule } from "../../model.ts";

export const publicChartPullSecretOff: Rule = {
  id: "L67",
  slug: "public-chart-pull-secret-off",
  severity: "warning",
  about: "Registry credentials are given, but the public charts make no pull secret until it is switched on.",
  why: "In the public charts `imageCredentials.enabled` is false by default, so the credentials are not used and private images cannot be pulled. Set `imageCredentials.enabled: true`.",
  components: ["control-plane", "agent", "serving"],
  *check(release) {
    const isPublic = release.environment?.edition === "community" || release.id === "serving";
    if (!release.environment || !isPublic) return;
    const password = valueAt(release.values, ["imageCredentials", "password"]);
    const enabled = valueAt(release.values, ["imageCredentials", "enabled"]);
    if (typeof password !== "string" || password === "" || enabled === true) return;
    yield {
      message: "the public chart does not use these credentials while `imageCredentials.enabled` is false",
      hint: "set `imageCredentials.enabled: true`",
      at: release.locate(["imageCredentials", "password"]),
    };
  },
};
