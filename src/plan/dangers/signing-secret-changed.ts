import { type Values, valueAt } from "../../overrides/values.ts";
import { textAt } from "../manifest.ts";
import type { Tag } from "../model.ts";
import type { ReleaseRule } from "./model.ts";
import { settingsIn } from "./settings.ts";

/** Keys of other services that others hold too: the key of the chart, and the server's setting. */
const SHARED = {
  apiserverKey: "secure.credentials.apiserver.user_key",
  apiserverSecret: "secure.credentials.apiserver.user_secret",
  fileserverKey: "secure.credentials.fileserver.user_key",
  fileserverSecret: "secure.credentials.fileserver.user_secret",
};

export const signingSecretChanged: ReleaseRule = {
  rule: "signing-secret-changed",
  severity: "stop",
  *check({ use, current, values }, tag) {
    if (use.id !== "control-plane" || !current) return;
    const [old, wanted] = [current.values, values].map((each) => textAt(each, ["clearml", "existingSecret"]));
    if (old !== wanted) {
      yield {
        message: `clearml.existingSecret changes: the server's keys come from ${wanted ? "another Secret" : "the chart"}; where they differ, all sessions end and whoever holds a key has to follow`,
        hint: "copy the old keys into the new Secret first",
        severity: "note",
      };
    }
    // What the Secret of the user's own holds is not known here, and stands above the keys of the values.
    if (wanted !== undefined) return;
    const token = change("secureAuthTokenSecret", "secure.auth.token_secret", current.values, values, tag);
    if (token) {
      yield {
        message: `clearml.secureAuthTokenSecret changes ${token}: all sessions and the cookies of all gateways end, everybody logs in again`,
        hint: "keep the old one, or change it when nobody works; gateways that hold it (`jwksKey`) need the new one at once",
      };
    }
    for (const [key, setting] of Object.entries(SHARED)) {
      const shared = change(key, setting, current.values, values, tag);
      if (!shared) continue;
      yield {
        message: `clearml.${key} changes ${shared}: whoever calls the server with the old one is refused`,
        hint: "give the new one to all who hold it at the same time",
        severity: "note",
      };
    }
  },
};

/** How a key changes, by its tags; undefined where it does not. */
function change(key: string, setting: string, before: Values, after: Values, tag: Tag): string | undefined {
  const [old, wanted] = [before, after].map((values) => {
    const text = settingsIn(values).get(setting) ?? valueAt(values, ["clearml", key]);
    return text === undefined || text === null || text === "" ? undefined : String(text);
  });
  if (old === wanted) return undefined;
  const shown = (text: string | undefined) => (text === undefined ? "made by the chart" : `tag ${tag(text)}`);
  return `(${shown(old)} → ${shown(wanted)})`;
}
