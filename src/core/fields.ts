import { z } from "zod";

/** What the value of an input looks like: the command line reads and shows inputs by it. */
export type FieldForm = "text" | "flag" | "choice" | "list" | "number" | "duration";

/** What the docs, action.yml and the masking know about an input beside its schema. */
export interface FieldMeta {
  description: string;
  secret?: boolean;
  /** What its value looks like; `text` when left out. */
  form?: FieldForm;
  /** The words of a `choice`. */
  words?: readonly string[];
  /** Default that GitHub fills in (`${{ … }}`): it stands in action.yml, and is no default elsewhere. */
  workflowDefault?: string;
}

/** A field of an action as its documentation shows it. */
export interface FieldInfo extends FieldMeta {
  form: FieldForm;
  required: boolean;
  default?: string;
}

const DURATION = /^(\d+h)?(\d+m)?(\d+s)?$/;

/** A plain text input. */
export function text(description: string) {
  return z.string().meta({ description });
}

/** A text whose value is masked before the first log line. */
export function secret(description: string) {
  return z.string().meta({ description, secret: true });
}

/** The token of the job; without one outside GitHub. */
export function githubToken(description: string) {
  return z.string().optional().meta({ description, secret: true, workflowDefault: "${{ github.token }}" });
}

/** `true` or `false`. */
export function flag(description: string) {
  return z
    .stringbool({ truthy: ["true"], falsy: ["false"], error: "expected true or false" })
    .meta({ description, form: "flag" });
}

/** One of a few words. */
export function choice<const T extends readonly [string, ...string[]]>(description: string, words: T) {
  return z
    .enum(words, { error: `expected one of ${words.join(", ")}` })
    .meta({ description, form: "choice", words });
}

/** A list, one item per line; blank lines and `#` comments are left out. */
export function lines(description: string) {
  return z
    .string()
    .transform((all) =>
      all
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#")),
    )
    .meta({ description, form: "list" });
}

/** A whole number, zero or more. */
export function count(description: string) {
  return z
    .string()
    .regex(/^\d{1,9}$/, { error: "expected a whole number" })
    .transform(Number)
    .meta({ description, form: "number" });
}

/** A whole number from one. */
export function wholeNumber(description: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: "expected a whole number from 1" })
    .transform(Number)
    .meta({ description, form: "number" });
}

/** A Go duration of hours, minutes and seconds (`1h`, `10m`, `90s`), in milliseconds once parsed. */
export function duration(description: string) {
  return z
    .string()
    .refine((value) => value !== "" && DURATION.test(value), { error: "expected a duration such as 10m" })
    .transform(parseDuration)
    .meta({ description, form: "duration" });
}

/** Milliseconds of a duration such as `1h30m`. The text must have been checked. */
export function parseDuration(value: string): number {
  const parts = DURATION.exec(value) ?? [];
  const [hours, minutes, seconds] = parts.slice(1).map((part) => Number.parseInt(part ?? "0", 10));
  return ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
}

/** Description, form, secrecy, default and necessity of a field, read from its schema. */
export function fieldInfo(schema: z.ZodType): FieldInfo {
  let current: z.ZodType = schema;
  let required = true;
  let fallback: unknown;
  for (;;) {
    const meta = current.meta() as Partial<FieldMeta> | undefined;
    if (meta?.description) {
      required &&= current.def.type !== "optional";
      return {
        description: meta.description,
        form: meta.form ?? "text",
        required,
        ...(meta.words ? { words: meta.words } : {}),
        ...(meta.secret ? { secret: true } : {}),
        ...(fallback === undefined ? {} : { default: String(fallback) }),
        ...(meta.workflowDefault ? { workflowDefault: meta.workflowDefault } : {}),
      };
    }
    const def = current.def as { type: string; innerType?: z.ZodType; defaultValue?: unknown };
    if (!def.innerType) throw new Error(`a field of type ${def.type} has no description`);
    if (def.type === "optional") required = false;
    if (def.type === "prefault") {
      required = false;
      fallback = def.defaultValue;
    }
    current = def.innerType;
  }
}
