import type { z } from "zod";
import { type Problem, UserError } from "./errors.ts";
import { fieldInfo } from "./fields.ts";
import type { Host } from "./host.ts";
import type { Secrets } from "./secrets.ts";

/** Registers the value of every secret input, before anything else may fail or be logged. */
export function maskSecretInputs(schema: z.ZodObject, host: Host, secrets: Secrets): void {
  for (const [name, field] of Object.entries(schema.shape)) {
    if (fieldInfo(field as z.ZodType).secret) secrets.mask(host.input(name));
  }
}

/**
 * The inputs of an action, parsed.
 * @throws UserError with one problem per wrong input, all at once; the value of a secret input is not repeated.
 */
export function readInputs<I extends z.ZodObject>(schema: I, host: Host): z.output<I> {
  const raw: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = host.input(name);
    if (value !== undefined) raw[name] = value;
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new UserError(parsed.error.issues.map((issue) => inputProblem(schema, raw, issue)));
}

function inputProblem(schema: z.ZodObject, raw: Record<string, string>, issue: z.core.$ZodIssue): Problem {
  const name = String(issue.path[0]);
  const field = schema.shape[name] as z.ZodType | undefined;
  const value = raw[name];
  if (value === undefined) {
    const purpose = field ? ` (${fieldInfo(field).description})` : "";
    return { message: `input \`${name}\` is missing`, hint: `set \`${name}\`${purpose}` };
  }
  const found = field && fieldInfo(field).secret ? "" : `, got \`${value}\``;
  return { message: `input \`${name}\`: ${issue.message}${found}` };
}
