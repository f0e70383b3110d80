import type { Problem } from "../core/errors.ts";
import { isMap } from "../overrides/merge.ts";
import { BUILT_IN_NAMES, findPlaceholders, replacePlaceholders } from "../overrides/placeholders.ts";
import { misuseOf } from "../overrides/resolve.ts";
import type { Path, YamlSource } from "../yaml/source.ts";

/** Names that may be used within `clearml.yaml` and tenant files themselves. */
export interface FileNames {
  /** Which of the values come from `variables:`. */
  variables: ReadonlySet<string>;
  values: Readonly<Record<string, string>>;
  secrets: readonly string[];
}

/** Reads the names from a file not yet checked: whatever is wrong with them is reported by the schema. */
export function fileNames(value: unknown): FileNames {
  const root = isMap(value) ? value : {};
  const variables = isMap(root.variables) ? root.variables : {};
  const texts = Object.entries(variables).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string",
  );
  const secrets = Array.isArray(root.secrets) ? root.secrets : [];
  return {
    variables: new Set(texts.map(([name]) => name)),
    values: {
      ...Object.fromEntries(texts),
      ...(typeof root.baseDomain === "string" ? { BASE_DOMAIN: root.baseDomain } : {}),
    },
    secrets: secrets.filter((each) => typeof each === "string"),
  };
}

/**
 * The value of a file with the names replaced that are known from the files alone. Inline `values` wait for the
 * deployment, and so does the one field that may hold a secret, `archive`.
 */
export function replaceNames(
  value: unknown,
  names: FileNames,
  source: YamlSource,
  problems: Problem[],
  path: Path = [],
): unknown {
  if (typeof value === "string") return replaceText(value, names, source, problems, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => replaceNames(item, names, source, problems, [...path, index]));
  }
  if (!isMap(value)) return value;
  const own = isInlineTenant(path) ? withTenant(names, value) : names;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const late = isLate([...path, key]);
      return [key, late ? item : replaceNames(item, own, source, problems, [...path, key])];
    }),
  );
}

/** The names that hold within a tenant: `${TENANT}` besides those of the file. */
export function withTenant(names: FileNames, tenant: unknown): FileNames {
  const name = isMap(tenant) ? tenant.name : undefined;
  return typeof name === "string" ? { ...names, values: { ...names.values, TENANT: name } } : names;
}

function isInlineTenant(path: Path): boolean {
  return path.length === 2 && path[0] === "tenants";
}

function isLate(path: Path): boolean {
  if (path.length === 1) return path[0] === "variables" || path[0] === "secrets";
  return path.at(-3) === "components" && path.at(-1) === "values";
}

function replaceText(
  text: string,
  names: FileNames,
  source: YamlSource,
  problems: Problem[],
  path: Path,
): string {
  const found = findPlaceholders(text);
  if (found.length === 0) return replacePlaceholders(text, () => undefined);
  const at = source.locate(path);
  const mayBeSecret = path.at(-1) === "archive";
  const known = [...Object.keys(names.values), ...(mayBeSecret ? names.secrets : [])];
  for (const placeholder of found) {
    const misplaced = !mayBeSecret && names.secrets.includes(placeholder.name);
    const problem = misplaced
      ? {
          message: `\`${path.join(".")}\` cannot hold a secret`,
          hint: "it is shown in logs; use a variable",
          at,
        }
      : misuseOf(placeholder, known, at);
    if (problem) problems.push(problem);
  }
  const hasSecret = found.some((each) => names.secrets.includes(each.name));
  return hasSecret ? text : replacePlaceholders(text, (name) => names.values[name]);
}

/** Names that are declared twice, or that the toolkit has taken for itself. */
export function nameProblems(names: FileNames, source: YamlSource): Problem[] {
  const problems: Problem[] = [];
  const builtIn: readonly string[] = BUILT_IN_NAMES;
  for (const name of names.variables) {
    const at = source.locate(["variables", name], "key");
    if (builtIn.includes(name)) problems.push(taken(name, "variable", at));
    else if (names.secrets.includes(name)) {
      problems.push({
        message: `\`${name}\` is both a variable and a secret`,
        hint: "keep one of the two",
        at,
      });
    }
    const value = names.values[name] ?? "";
    if (findPlaceholders(value).length > 0) {
      problems.push({
        message: `variable \`${name}\` holds a placeholder, and variables are plain text`,
        hint: "write the text out, or put the parts together in the override file",
        at: source.locate(["variables", name]),
      });
    }
  }
  for (const [index, name] of names.secrets.entries()) {
    const at = source.locate(["secrets", index]);
    if (builtIn.includes(name)) problems.push(taken(name, "secret", at));
  }
  return problems;
}

function taken(name: string, kind: string, at: Problem["at"]): Problem {
  return {
    message: `${kind} \`${name}\` has a name the toolkit fills in itself`,
    hint: "choose another name",
    ...(at ? { at } : {}),
  };
}
