import type { ReleaseRule } from "./model.ts";
import { settingsIn } from "./settings.ts";

/** Settings of the server's cookie, and what they are called in the values. */
const COOKIE = {
  "apiserver.auth.session_auth_cookie_name": "clearml.cookieName",
  "apiserver.auth.cookies.domain": "clearml.cookieDomain",
};

export const cookieChanged: ReleaseRule = {
  rule: "cookie-changed",
  severity: "stop",
  *check({ use, current, values }) {
    if (use.id !== "control-plane" || !current) return;
    const [before, after] = [settingsIn(current.values), settingsIn(values)];
    for (const [setting, key] of Object.entries(COOKIE)) {
      const [old, wanted] = [before.get(setting), after.get(setting)];
      if (old === wanted) continue;
      yield {
        message: `${key} changes: everybody logs in again, and no gateway knows the new cookie until it is told`,
        hint: "deploy the gateways of all tenants with the new name and hosts below the new domain right after this",
        // What the chart takes by itself is not known here; it may be the same.
        ...(old === undefined || wanted === undefined ? { severity: "note" } : {}),
      };
    }
  },
};
