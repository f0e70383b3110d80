import { type Data, refusal } from "./envelope.ts";

type TypeName = "str" | "list" | "dict" | "int" | "bool";

export interface Field {
  type?: TypeName;
  required?: boolean;
  choices?: readonly string[];
  maximum?: number;
}

export type Schema = Readonly<Record<string, Field>>;

export const requiredText: Field = { type: "str", required: true };
export const text: Field = { type: "str" };
export const list: Field = { type: "list" };
export const map: Field = { type: "dict" };

/**
 * Checks a body and gives it with numbers converted. As on the server, fields are looked at in alphabetical order,
 * the first problem is reported, and fields the schema does not know are ignored.
 * @throws ApiError 400/12
 */
export function validated(schema: Schema, body: Data): Data {
  const result: Data = { ...body };
  for (const name of Object.keys(schema).sort()) {
    const field = schema[name] ?? {};
    const value = body[name] ?? undefined;
    if (value === undefined) {
      if (field.required) throw refusal(400, 12, `error for field '${name}'. field is required!`);
      delete result[name];
    } else {
      result[name] = checked(name, field, value);
    }
  }
  return result;
}

function checked(name: string, field: Field, value: unknown): unknown {
  const converted = field.type === "int" ? integer(value) : value;
  if (field.type && !hasType(converted, field.type)) {
    const reason = `('value is wrong, expected type "${field.type}"', ${repr(value)})`;
    throw refusal(400, 12, `error for field '${name}': ${reason}.`);
  }
  if (field.choices && !field.choices.includes(`${converted}`)) {
    throw refusal(400, 12, `error for field '${name}': value ${repr(value)} is not a valid choice..`);
  }
  if (field.maximum !== undefined && Number(converted) > field.maximum) {
    const reason = `'${converted}' is bigger than maximum ('${field.maximum}')`;
    throw refusal(400, 12, `error for field '${name}': ${reason}..`);
  }
  return converted;
}

function integer(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (/^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  throw refusal(400, 12, `invalid literal for int() with base 10: ${repr(value)}`);
}

function hasType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case "str":
      return typeof value === "string";
    case "int":
      return typeof value === "number";
    case "bool":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "dict":
      return typeof value === "object" && value !== null && !Array.isArray(value);
  }
}

/** A value as Python prints it, which is what the server's messages show. */
export function repr(value: unknown): string {
  if (typeof value === "string") return value.includes("'") ? JSON.stringify(value) : `'${value}'`;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(repr).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, each]) => `${repr(key)}: ${repr(each)}`);
    return `{${entries.join(", ")}}`;
  }
  return `${value}`;
}
