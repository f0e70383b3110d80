import type { z } from "zod";
import { CATALOGUE } from "../catalogue/index.ts";
import { COMPONENT_IDS, type ComponentId } from "../catalogue/model.ts";
import type { Problem } from "../core/errors.ts";
import { valueAt } from "../overrides/values.ts";
import { nearestHint, nearestName } from "../yaml/nearest.ts";
import type { Path, YamlSource } from "../yaml/source.ts";

type Issue = z.core.$ZodIssue;

/** What is wrong with a file according to its schema, each thing at its place. */
export function schemaProblems(
  schema: z.ZodType,
  value: unknown,
  source: YamlSource,
  base: Path = [],
): Problem[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return flatten(parsed.error.issues).flatMap((issue) => issueProblems(issue, schema, value, source, base));
}

/** Unions replaced by the issues of the alternative the user meant: the one that fails deepest. */
function flatten(issues: readonly Issue[], prefix: Path = []): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...prefix, ...(issue.path as Path)];
    if (issue.code !== "invalid_union") return [{ ...issue, path: [...path] }];
    const deepest = issue.errors.find((errors) => errors.some((each) => each.path.length > 0));
    if (deepest) return flatten(deepest, path);
    const expected = issue.errors.flat().flatMap(expectation);
    const message = `expected ${expected.length > 1 ? expected.join(" or ") : expected[0]}`;
    return [{ ...issue, path: [...path], message }];
  });
}

function expectation(issue: Issue): string[] {
  if (issue.code === "invalid_type") return [TYPE_NAMES[issue.expected] ?? issue.expected];
  const words = issue.code === "invalid_value" ? issue.values.filter((each) => each !== false) : [];
  return words.length > 0 ? [`one of ${words.join(", ")}`] : [];
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  array: "a list",
  object: "a map",
  record: "a map",
  boolean: "true or false",
  number: "a number",
};

function issueProblems(
  issue: Issue,
  schema: z.ZodType,
  value: unknown,
  source: YamlSource,
  base: Path,
): Problem[] {
  const path = issue.path as Path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      ...unknownKey(key, path, knownKeys(schema, path)),
      at: source.locate([...base, ...path, key], "key"),
    }));
  }
  const name = path.join(".");
  const found = valueAt(value, path);
  if (found === undefined && (issue.code === "invalid_type" || issue.code === "invalid_value")) {
    const parent = path.slice(0, -1);
    return [
      {
        message: `\`${name}\` is missing`,
        hint: `add \`${path.at(-1)}\`${parent.length > 0 ? ` to \`${parent.join(".")}\`` : ""}`,
        at: source.locate([...base, ...parent], "key"),
      },
    ];
  }
  const part = issue.code === "invalid_key" ? "key" : "value";
  return [{ ...describe(issue, name, found), at: source.locate([...base, ...path], part) }];
}

function describe(issue: Issue, name: string, found: unknown): Problem {
  if (issue.code === "invalid_type") {
    const expected = TYPE_NAMES[issue.expected] ?? issue.expected;
    const quotable = issue.expected === "string" && ["number", "boolean"].includes(typeof found);
    return {
      message: `\`${name}\`: expected ${expected}, found ${described(found)}`,
      ...(quotable ? { hint: "write it in quotes" } : {}),
    };
  }
  if (issue.code === "invalid_value" && issue.values.length > 1) {
    const words = issue.values.map(String);
    const nearest = nearestName(String(found), words);
    return {
      message: `\`${name}\`: expected one of ${words.join(", ")}, found ${described(found)}`,
      ...(nearest ? { hint: `did you mean \`${nearest}\`?` } : {}),
    };
  }
  if (issue.code === "invalid_key") {
    return { message: `\`${name}\`: ${issue.issues[0]?.message ?? issue.message}` };
  }
  return { message: `\`${name}\`: ${issue.message}, found ${described(found)}` };
}

function unknownKey(key: string, path: Path, known: readonly string[]): Problem {
  const definition = CATALOGUE[key as ComponentId] as (typeof CATALOGUE)[ComponentId] | undefined;
  if (definition && path.at(-1) === "components") {
    const home = definition.scope === "cluster" ? "`components` of clearml.yaml" : "a tenant's `components`";
    return { message: `component \`${key}\` cannot stand here`, hint: `it belongs to ${home}` };
  }
  const what = path.at(-1) === "components" ? "component" : "key";
  return {
    message: `unknown ${what} \`${key}\`${path.length > 0 ? ` in \`${path.join(".")}\`` : ""}`,
    hint: nearestHint(key, known),
  };
}

/** The keys the schema knows at a path. */
function knownKeys(schema: z.ZodType, path: Path): string[] {
  let current = unwrap(schema);
  for (const step of path) {
    const def = current.def as { shape?: Record<string, z.ZodType>; element?: z.ZodType };
    const next = typeof step === "number" ? def.element : def.shape?.[step];
    if (!next) return [...COMPONENT_IDS];
    current = unwrap(next);
  }
  return Object.keys((current.def as { shape?: object }).shape ?? {});
}

/** The schema below optional and nullable; of a union, the alternative with structure. */
function unwrap(schema: z.ZodType): z.ZodType {
  const def = schema.def as { innerType?: z.ZodType; options?: z.ZodType[] };
  if (def.innerType) return unwrap(def.innerType);
  const structured = def.options?.find((each) => ["array", "object"].includes(each.def.type));
  return structured ? unwrap(structured) : schema;
}

function described(found: unknown): string {
  if (found === null) return "nothing";
  if (Array.isArray(found)) return "a list";
  return typeof found === "object" ? "a map" : `\`${String(found)}\``;
}
