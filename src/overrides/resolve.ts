import { type Location, type Problem, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import { nearestName } from "../yaml/nearest.ts";
import type { Path, YamlSource } from "../yaml/source.ts";
import { isMap, mergeValues } from "./merge.ts";
import {
  BUILT_IN_NAMES,
  findPlaceholders,
  type Placeholder,
  type Placeholders,
  replacePlaceholders,
  resolvePlaceholders,
} from "./placeholders.ts";

/** One layer of values: a file, or the inline `values` within `clearml.yaml`. */
export interface ValuesLayer {
  source: YamlSource;
  /** Where the values begin in the source. */
  path: Path;
  value: unknown;
}

/** The layers of a component's values, weakest first. */
export function valuesLayers(use: ComponentUse): ValuesLayer[] {
  const files = use.overrides.map(({ source }) => ({ source, path: [], value: source.value }));
  if (use.values === undefined) return files;
  return [...files, { source: use.source, path: [...use.path, "values"], value: use.values }];
}

/**
 * The values of a component as Helm gets them: override files in their order, then the inline values, `${NAME}`
 * replaced.
 * @throws UserError with the place of everything wrong: broken YAML, unknown names, names without a value
 */
export function resolveValues(use: ComponentUse, names: Placeholders): Record<string, unknown> {
  const problems: Problem[] = [];
  const layers: Record<string, unknown>[] = [];
  for (const layer of valuesLayers(use)) {
    problems.push(...layer.source.problems);
    if (layer.value === null || layer.value === undefined) continue;
    if (!isMap(layer.value)) {
      problems.push({
        message: "values are a map, not a list or text",
        at: layer.source.locate(layer.path),
      });
      continue;
    }
    problems.push(...placeholderProblems(layer, names));
    layers.push(resolvePlaceholders(layer.value, names.lookup) as Record<string, unknown>);
  }
  if (problems.length > 0) throw new UserError(problems);
  return mergeValues(layers);
}

/**
 * A text of `clearml.yaml` with its placeholders replaced, such as the `archive` of the applications.
 * @throws UserError when a name is unknown or has no value
 */
export function resolveText(text: string, names: Placeholders, at: Location): string {
  const problems = findPlaceholders(text).flatMap((each) => problemOf(each, names, at) ?? []);
  if (problems.length > 0) throw new UserError(problems);
  return replacePlaceholders(text, names.lookup);
}

/** Every scalar below a value, keys of maps included, with its path. */
export function* scalarsOf(
  value: unknown,
  path: Path,
): Generator<{ text: string; path: Path; part: "key" | "value" }> {
  if (typeof value === "string") yield { text: value, path, part: "value" };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* scalarsOf(item, [...path, index]);
  } else if (isMap(value)) {
    for (const [key, item] of Object.entries(value)) {
      yield { text: key, path: [...path, key], part: "key" };
      yield* scalarsOf(item, [...path, key]);
    }
  }
}

function placeholderProblems(layer: ValuesLayer, names: Placeholders): Problem[] {
  const problems: Problem[] = [];
  for (const { text, path, part } of scalarsOf(layer.value, layer.path)) {
    for (const placeholder of findPlaceholders(text)) {
      const at = layer.source.locate(path, part);
      const problem = part === "key" ? keyProblem(placeholder, at) : problemOf(placeholder, names, at);
      if (problem) problems.push(problem);
    }
  }
  return problems;
}

function keyProblem(placeholder: Placeholder, at: Location): Problem {
  return {
    message: `placeholder \`${placeholder.name}\` in a key is not replaced`,
    hint: "write the key out; placeholders stand for values only",
    at,
  };
}

/** What is wrong with a placeholder; undefined when it has a value. */
export function problemOf(placeholder: Placeholder, names: Placeholders, at: Location): Problem | undefined {
  const wrong = misuseOf(placeholder, names.known, at);
  if (wrong) return wrong;
  const { name } = placeholder;
  if (names.lookup(name) !== undefined) return undefined;
  if ((BUILT_IN_NAMES as readonly string[]).includes(name)) {
    return {
      message: `\`\${${name}}\` has no value here`,
      hint: "it is known in a tenant's components only",
      at,
    };
  }
  return {
    message: `secret \`${name}\` has no value`,
    hint: `set the environment variable ${name}; in a workflow \`env: { ${name}: \${{ secrets.${name} }} }\``,
    at,
  };
}

/** What is wrong with a placeholder whatever the values are: its form, or a name nobody declared. */
export function misuseOf(
  placeholder: Placeholder,
  known: readonly string[],
  at: Location,
): Problem | undefined {
  const { kind, name } = placeholder;
  if (kind === "github") {
    return {
      message: `GitHub does not evaluate \`${name}\` in a file`,
      hint: "list the secret's name under `secrets:` in clearml.yaml and write `${NAME}` here",
      at,
    };
  }
  if (kind === "malformed") {
    return {
      message: `\`${name}\` is not a placeholder \`\${NAME}\``,
      hint: "write `$${` for a literal `${`",
      at,
    };
  }
  if (known.includes(name)) return undefined;
  const nearest = nearestName(name, known);
  return {
    message: `unknown name \`\${${name}}\``,
    hint: nearest
      ? `did you mean \`\${${nearest}}\`?`
      : `declare it under \`variables\` or \`secrets\`; known: ${known.join(", ") || "none"}`,
    at,
  };
}
