import { settingPath, settingRule } from "../catalogue/environment-variables.ts";
import { type HoconValue, parseHoconValue } from "../hocon/value.ts";
import type { Entry, LintRelease } from "./model.ts";

/** A variable of the API server whose value is HOCON. */
export interface Setting {
  name: string;
  /** The setting, such as `secure.credentials.supervisor.email`. */
  path: string;
  isList: boolean;
  isSecret: boolean;
  text: string;
  value: HoconValue;
  entry: Entry;
}

/** The settings of a control plane, without those whose value is not known from the files. */
export function* settingsOf(release: LintRelease): Generator<Setting> {
  for (const { item, name, value: entry } of release.variables) {
    if (item.path[0] !== "apiserver" || entry?.text === undefined || entry.leftover) continue;
    const path = settingPath(name);
    if (path === undefined) continue;
    const rule = settingRule(path);
    const { text } = entry;
    yield {
      name,
      path,
      isList: rule?.type === "list",
      isSecret: rule?.secret === true,
      text,
      value: parseHoconValue(text),
      entry,
    };
  }
}

/** How to write a text so that HOCON takes it as it is. */
export function quoted(setting: Setting): string {
  return setting.isSecret ? `'"…"'` : `'${JSON.stringify(setting.text)}'`;
}
