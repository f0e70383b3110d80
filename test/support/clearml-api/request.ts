import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Endpoint } from "./endpoint.ts";
import { ApiError, type Data, type EndpointMeta, uncaught } from "./envelope.ts";
import { isMap } from "./listing.ts";
import { API_VERSION } from "./state.ts";

const PATH = /^\/(?:v(\d+\.?\d+)\/)?([A-Za-z0-9_]+\.[A-Za-z0-9_]+)\/?$/;
const UNREADABLE = "The browser (or proxy) sent a request that this server could not understand.";

export interface Target {
  name: string;
  version: string;
}

/** Endpoint and version a path names. @throws ApiError 400/0 */
export function parsedPath(path: string): Target {
  const [, version = API_VERSION, name] = PATH.exec(path) ?? [];
  if (name === undefined) throw new ApiError(400, 0, `Invalid request path ${path}`);
  return { name, version };
}

/** The newest form of the endpoint that the version allows. @throws ApiError 404/0 */
export function foundEndpoint(endpoints: readonly Endpoint[], { name, version }: Target): Endpoint {
  const [best] = endpoints
    .filter((each) => each.name === name && compareVersions(each.version, version) <= 0)
    .sort((a, b) => compareVersions(b.version, a.version));
  if (best) return best;
  throw new ApiError(404, 0, `Unable to find endpoint for name ${name} and version ${version}`);
}

/** What the envelope says about the endpoint. Versions are numbers for callers below 2.1. */
export function endpointMeta(target: Target | undefined, endpoint: Endpoint | undefined): EndpointMeta {
  if (!target) return { name: "", requested: 1, actual: null };
  const old = compareVersions(target.version, "2.1") < 0;
  const shown = (version: string) => (old ? Number(version) : version);
  return {
    name: target.name,
    requested: shown(target.version),
    actual: endpoint ? shown(endpoint.version) : null,
  };
}

function compareVersions(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major - otherMajor || minor - otherMinor;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * The body and the query as one map; the query wins. A batch (json-lines) is given as a list.
 * @throws ApiError 400/0 for broken JSON, 500/0 for JSON that is no object
 */
export function parsedBody(
  headers: IncomingHttpHeaders,
  body: Buffer,
  query: URLSearchParams,
): Data | Data[] {
  const type = headers["content-type"]?.split(";")[0]?.trim() ?? "";
  const text = body.toString("utf8");
  if (type === "application/json-lines") return batch(text);
  const fields = type === "application/x-www-form-urlencoded" ? args(new URLSearchParams(text)) : json(text);
  return { ...fields, ...args(query) };
}

function json(text: string): Data {
  const value = text.trim() === "" ? {} : parsedJson(text);
  // Python's falsy values count as nothing.
  if (!value || (Array.isArray(value) && value.length === 0)) return {};
  if (!isMap(value)) throw uncaught("Data should be a dict");
  return value;
}

function batch(text: string): Data[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map(parsedJson).map((value) => {
    if (isMap(value)) return value;
    const found = Array.isArray(value) ? "list" : value === null ? "NoneType" : pythonType(value);
    throw new ApiError(400, 0, `json lines must contain objects, found: ${found}`);
  });
}

function pythonType(value: unknown): string {
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  return Number.isInteger(value) ? "int" : "float";
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 0, UNREADABLE);
  }
}

/** Arguments of a query or a form: converted values, lists for repeated names, objects for dots. */
function args(params: URLSearchParams): Data {
  const result: Data = {};
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name).map(converted);
    const path = name.replace(/\[\]$/, "").split(".");
    setPath(result, path, name.endsWith("[]") || values.length > 1 ? values : values[0]);
  }
  return result;
}

function setPath(target: Data, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const inner = isMap(target[first]) ? target[first] : {};
  target[first] = inner;
  setPath(inner, rest, value);
}

function converted(text: string): unknown {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
