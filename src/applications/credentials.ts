import { settingPath } from "../catalogue/environment-variables.ts";
import type { Credentials } from "../clearml/api.ts";
import { parseHoconValue } from "../hocon/value.ts";
import { isMap } from "../overrides/merge.ts";
import { type Values, valueAt } from "../overrides/values.ts";

const KEY = /^secure\.credentials\.supervisor\.user_key$/;
const SECRET = /^secure\.credentials\.supervisor\.user_secret$/;

/**
 * The supervisor's key as the control plane's values give it to the API server: an administrator, which is what
 * applications must be uploaded by. Undefined when the values do not say it (it may come from a Secret); then the
 * server's own system key has to do.
 */
export function supervisorCredentials(controlPlane: Values): Credentials | undefined {
  const accessKey = setting(controlPlane, KEY);
  const secretKey = setting(controlPlane, SECRET);
  return accessKey && secretKey ? { accessKey, secretKey } : undefined;
}

/** A setting of the API server's environment variables; of several that mean the same, the last one counts. */
function setting(controlPlane: Values, path: RegExp): string | undefined {
  const listed = valueAt(controlPlane, ["apiserver", "extraEnvs"]);
  const found = (Array.isArray(listed) ? listed : []).filter(
    (each) => isMap(each) && typeof each.name === "string" && path.test(settingPath(each.name) ?? ""),
  );
  const value = isMap(found.at(-1)) ? found.at(-1).value : undefined;
  if (typeof value !== "string") return undefined;
  const parsed = parseHoconValue(value);
  return parsed.kind === "quoted" || parsed.kind === "bare" ? parsed.text : undefined;
}
