import { texts } from "./endpoint.ts";
import { type Data, newId, refusal, uncaught } from "./envelope.ts";
import type { State } from "./state.ts";

const FIELD_HINT = "probably an invalid field name or unsupported nested field";

/** What `get_all` calls share: filters, order, pages, scrolls. Unknown filters are ignored, as the server does. */
export function listed<T extends object>(
  state: State,
  items: readonly T[],
  body: Data,
): { items: T[]; scrollId?: string } {
  const ids = body.id === undefined || body.id === null ? undefined : new Set(texts(body.id));
  const pattern = namePattern(body.name);
  const found = items.filter(
    (item) =>
      (!ids || ids.has(`${valueAt(item, "id")}`)) &&
      (!pattern || pattern.test(`${valueAt(item, "name")}`)) &&
      hasTags(item, "tags", body) &&
      hasTags(item, "system_tags", body),
  );
  return portion(state, ordered(found, texts(body.order_by)), body);
}

function hasTags(item: object, field: string, body: Data): boolean {
  const wanted = texts(body[field]);
  const present = texts(valueAt(item, field));
  return wanted.length === 0 || wanted.some((tag) => present.includes(tag));
}

function namePattern(name: unknown): RegExp | undefined {
  if (Array.isArray(name)) throw uncaught("unhashable type: 'list'");
  return typeof name === "string" ? expression(name) : undefined;
}

/** @throws ApiError 400/21; the reason is worded differently than on the server */
export function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (thrown) {
    const err = thrown instanceof Error ? thrown.message : "";
    throw refusal(400, 21, undefined, { err, extra_info: "None" });
  }
}

function ordered<T extends object>(items: readonly T[], fields: readonly string[]): T[] {
  const sorted = [...items];
  for (const field of fields.toReversed()) {
    const down = field.startsWith("-");
    const name = field.replace(/^-/, "");
    sorted.sort(
      (a, b) => compareText(`${valueAt(a, name) ?? ""}`, `${valueAt(b, name) ?? ""}`) * (down ? -1 : 1),
    );
  }
  return sorted;
}

export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function portion<T>(state: State, items: T[], body: Data): { items: T[]; scrollId?: string } {
  // A scroll starts with an explicit null; without the field `size` means nothing.
  if (body.scroll_id !== undefined && typeof body.size === "number") {
    const known = state.scrolls.get(`${body.scroll_id}`);
    const scrollId = known === undefined ? newId() : `${body.scroll_id}`;
    const start = known ?? 0;
    state.scrolls.set(scrollId, start + body.size);
    return { items: items.slice(start, start + body.size), scrollId };
  }
  const { page, page_size: size } = body;
  if (typeof page !== "number" || typeof size !== "number") return { items };
  if (page < 0) throw refusal(400, 12, "page must be >=0", { field: "page" });
  if (size <= 0) throw refusal(400, 12, "page_size must be >0", { field: "page_size" });
  return { items: items.slice(page * size, (page + 1) * size) };
}

/** The fields asked for; text instead of a list is read letter by letter. */
export function onlyFields(body: Data): string[] | undefined {
  const fields = body.only_fields;
  if (typeof fields === "string") return [...fields];
  return Array.isArray(fields) && fields.length > 0 ? texts(fields) : undefined;
}

/**
 * Parts of an item. A path may go into objects (`runtime.key`).
 * @throws ApiError 400/14 when the first part of a path is none of `known`
 */
export function projected(item: object, fields: readonly string[], known: readonly string[]): Data {
  const result: Data = {};
  for (const field of fields) {
    const path = field.split(".");
    const [first = ""] = path;
    if (!known.includes(first))
      throw refusal(400, 14, FIELD_HINT, { err: `Cannot resolve field "${first}"` });
    copyPath(item as Data, result, path);
  }
  return result;
}

function copyPath(from: Data, to: Data, [first = "", ...rest]: readonly string[]): void {
  const value = from[first];
  if (value === undefined) return;
  if (rest.length === 0 || !isMap(value)) {
    to[first] = value;
    return;
  }
  const inner = isMap(to[first]) ? to[first] : {};
  copyPath(value, inner, rest);
  to[first] = inner;
}

/** The value at a dotted path. */
export function valueAt(item: object, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), item);
}

export function isMap(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
