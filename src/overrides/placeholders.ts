/** `${NAME}` in override files and in `clearml.yaml`: found and replaced in scalars, after the YAML is parsed. */

/** The names that may be used, and their values as far as they are known now. */
export interface Placeholders {
  /** The value; undefined when the name is unknown, or known but without a value yet. */
  lookup(name: string): string | undefined;
  readonly known: readonly string[];
}

/** Names whose values are known only while a deployment runs: made for a tenant, or read from the cluster. */
export const LATE_NAMES = [
  "COMPANY_ID",
  "TENANT_ACCESS_KEY",
  "TENANT_SECRET_KEY",
  "JWKS_KEY",
  "REDIS_PASSWORD",
] as const;

/** Names the toolkit fills in. */
export const BUILT_IN_NAMES = ["BASE_DOMAIN", "NAMESPACE", "RELEASE", "TENANT", ...LATE_NAMES] as const;

/** What a name of a variable or secret looks like. */
export const PLACEHOLDER_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Something in a text that starts with `${` and is not escaped by another `$`. */
export interface Placeholder {
  /** `github` is `${{ … }}`, which nothing evaluates in a file; `malformed` is anything else, such as `${a.b}`. */
  kind: "name" | "github" | "malformed";
  /** The name, or the text as it stands. */
  name: string;
  /** Offsets in the text. */
  start: number;
  end: number;
}

/** Escape, GitHub expression, name, or a brace that none of them explains; in this order. */
const TOKEN = /\$\$\{|\$\{\{[^}]*(?:\}\}?)?|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{[^}\n]*\}?/g;

/** The placeholders of a text, in their order. */
export function findPlaceholders(text: string): Placeholder[] {
  if (!text.includes("${")) return [];
  return [...text.matchAll(TOKEN)].flatMap((match): Placeholder[] => {
    const found = match[0];
    if (found === "$${") return [];
    const range = { start: match.index, end: match.index + found.length };
    if (match[1] !== undefined) return [{ kind: "name", name: match[1], ...range }];
    return [{ kind: found.startsWith("${{") ? "github" : "malformed", name: found, ...range }];
  });
}

/** The text with every `${NAME}` replaced and `$${` unescaped; names without a value stay as they are. */
export function replacePlaceholders(text: string, lookup: (name: string) => string | undefined): string {
  if (!text.includes("${")) return text;
  return text.replaceAll(TOKEN, (found: string, name: string | undefined) => {
    if (found === "$${") return "${";
    return name === undefined ? found : (lookup(name) ?? found);
  });
}

/**
 * A value with the placeholders in its scalars replaced. Keys are left alone, and a replaced scalar stays a string
 * (`"${PORT}"` with 8080 is the text "8080"), so a value can never change structure or type of what was written.
 */
export function resolvePlaceholders(value: unknown, lookup: (name: string) => string | undefined): unknown {
  if (typeof value === "string") return replacePlaceholders(value, lookup);
  if (Array.isArray(value)) return value.map((item) => resolvePlaceholders(item, lookup));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolvePlaceholders(item, lookup)]),
  );
}
