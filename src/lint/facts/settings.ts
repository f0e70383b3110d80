import { settingPath, settingRule } from "../../catalogue/environment-variables.ts";
import type { ValueType } from "../../catalogue/model.ts";
import type { Location } from "../../core/errors.ts";
import { readSettings } from "../../hocon/settings.ts";
import { type HoconValue, parseHoconValue } from "../../hocon/value.ts";
import { isMap } from "../../overrides/merge.ts";
import { findPlaceholders } from "../../overrides/placeholders.ts";
import { valueAt } from "../../overrides/values.ts";
import { scalarLocator } from "../commands/commands.ts";
import type { Entry, Fix, LintRelease, Variable } from "../model.ts";
import { writes } from "./entry-at.ts";
import { pathInFile } from "./entry-text.ts";
import { soundsSecret } from "./secret-names.ts";

/** A variable of the API server whose value is HOCON. */
export interface Setting {
  name: string;
  /** The setting, such as `secure.credentials.supervisor.email`. */
  path: string;
  type?: ValueType;
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
      ...(rule ? { type: rule.type } : {}),
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

/** Writes inner quotes around the whole value; not where that would print a secret, or where quotes stand already. */
export function quotesFix(setting: Setting): { fix: Fix } | undefined {
  const written = String(setting.entry.value);
  if (setting.isSecret || soundsSecret(setting.name) || /["\\\n]/.test(written)) return undefined;
  return { fix: writes(setting.entry, JSON.stringify(written), "write inner quotes") };
}

/** A setting of the API server, from a variable or from a configuration file; its value may be unknown. */
export interface GivenSetting {
  path: string;
  /** What to call it in a message. */
  name: string;
  /** The text it stands for, without quotes; undefined where that is not known or it is no text. */
  text?: string;
  /** The value as HOCON sees it; undefined where that is not known. */
  value?: HoconValue;
  /** Place of the name, and of the value. */
  readonly at: Location;
  readonly valueAt: Location;
}

/** The settings that a control plane deploys: its variables, and the files of `additionalConfigs` in force. */
export function givenSettings(release: LintRelease): GivenSetting[] {
  const variables = variablesAt(release, ["apiserver", "extraEnvs"]).flatMap((variable) => {
    const path = settingPath(variable.name);
    return path === undefined ? [] : [givenByVariable(variable, path)];
  });
  return [...[...configFiles(release)].flatMap(givenByFile), ...variables];
}

function givenByVariable(variable: Variable, path: string): GivenSetting {
  const { name, value: entry } = variable;
  const isKnown = entry?.text !== undefined && !entry.leftover;
  const value = isKnown ? parseHoconValue(entry.text ?? "") : undefined;
  return {
    path,
    name,
    ...(value ? { value } : {}),
    ...(value && "text" in value ? { text: value.text } : {}),
    get at() {
      return nameAt(variable);
    },
    get valueAt() {
      return entry?.at() ?? nameAt(variable);
    },
  };
}

/** The settings of `services.conf` begin with `services`. */
function givenByFile(entry: Entry): GivenSetting[] {
  const file = String(entry.path.at(-1));
  const stem = file.replace(/\.conf$/, "").toLowerCase();
  return configSettings(entry).map((setting) => {
    const isKnown = findPlaceholders(setting.text).length === 0;
    const value = isKnown ? parseHoconValue(setting.text) : undefined;
    return {
      path: `${stem}.${setting.path.join(".").toLowerCase()}`,
      name: setting.path.join("."),
      ...(value ? { value } : {}),
      ...(value && "text" in value ? { text: value.text } : {}),
      get at() {
        return setting.at;
      },
      get valueAt() {
        return setting.at;
      },
    };
  });
}

/** The configuration files of the API server, where these are the ones that are mounted. */
export function* configFiles(release: LintRelease): Generator<Entry> {
  if (hasOtherConfigs(release)) return;
  for (const entry of release.entries) {
    const { path, value } = entry;
    const isFile = path.length === 3 && path[0] === "apiserver" && path[1] === "additionalConfigs";
    if (isFile && typeof value === "string" && String(path[2]).endsWith(".conf")) yield entry;
  }
}

/** Whether the configuration files come from an object of the cluster, so that nobody knows them here. */
export function hasOtherConfigs({ values }: LintRelease): boolean {
  return ["existingAdditionalConfigsConfigMap", "existingAdditionalConfigsSecret"].some((key) =>
    Boolean(valueAt(values, ["apiserver", key])),
  );
}

/** A scalar of a configuration file within a value. */
export interface ConfigSetting {
  path: readonly string[];
  /** As written, with its quotes. */
  text: string;
  readonly at: Location;
}

/** The scalars of a HOCON text, each with its place in the file. */
export function configSettings(entry: Entry): ConfigSetting[] {
  const text = String(entry.value);
  const locate = scalarLocator(entry.layer.source, pathInFile(entry), text);
  return readSettings(text).map(({ path, text: written, start, end }) => ({
    path,
    text: written,
    get at() {
      return locate(start, end);
    },
  }));
}

/** The variables of a list as the strongest layer has it: Helm replaces lists as a whole. */
export function variablesAt(release: LintRelease, list: readonly string[]): Variable[] {
  const layer = release.layers.findLast(({ value }) => Array.isArray(valueAt(value, list)));
  return release.variables.filter(
    ({ item }) =>
      item.layer === layer &&
      item.path.length === list.length + 1 &&
      list.every((step, index) => step === item.path[index]),
  );
}

/** Place of a variable's name. */
export function nameAt({ item }: Variable): Location {
  const hasName = isMap(item.value) && "name" in item.value;
  return item.layer.source.locate([...pathInFile(item), ...(hasName ? ["name"] : [])]);
}

/** Things grouped by a part of them, in the order they came; those without it are left out. */
export function groupBy<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string | undefined,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
