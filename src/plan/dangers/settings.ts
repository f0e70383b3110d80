import { CHART_SETTINGS, settingPath } from "../../catalogue/environment-variables.ts";
import { readSettings } from "../../hocon/settings.ts";
import { parseHoconValue } from "../../hocon/value.ts";
import { isMap } from "../../overrides/merge.ts";
import { type Values, valueAt } from "../../overrides/values.ts";
import { listAt, mapAt, textAt } from "../manifest.ts";

/**
 * The settings of the API server that a release's values give it, as text: keys of the chart, configuration files,
 * variables; the last wins, as on the server.
 */
export function settingsIn(values: Values): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [setting, path] of Object.entries(CHART_SETTINGS)) {
    const text = textAt(values, path.split("."));
    if (text !== undefined) settings.set(setting, text);
  }
  for (const [file, text] of Object.entries(mapAt(values, ["apiserver", "additionalConfigs"]))) {
    if (typeof text !== "string" || !file.endsWith(".conf")) continue;
    for (const each of readSettings(text))
      settings.set([file.slice(0, -".conf".length), ...each.path].join(".").toLowerCase(), plain(each.text));
  }
  for (const variable of listAt(values, ["apiserver", "extraEnvs"])) {
    const path = settingPath(textAt(variable, ["name"]) ?? "");
    if (path !== undefined) settings.set(path, variableText(variable));
  }
  return settings;
}

/** The text of a variable; where it is taken from, when that is another object. */
function variableText(variable: unknown): string {
  const from = valueAt(variable, ["valueFrom"]);
  return isMap(from) ? JSON.stringify(from) : plain(textAt(variable, ["value"]) ?? "");
}

function plain(written: string): string {
  const value = parseHoconValue(written);
  return "text" in value ? value.text : written;
}
