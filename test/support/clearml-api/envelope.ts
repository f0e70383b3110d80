import { randomUUID } from "node:crypto";

export type Data = Record<string, unknown>;

/** Texts of the server's error table, as seen on a real server. */
const TEXTS: Readonly<Record<string, string>> = {
  "400/5": "Invalid headers",
  "400/6": "Impersonation error",
  "400/10": "Invalid object id",
  "400/11": "Missing required fields",
  "400/12": "Validation error",
  "400/14": "Lookup error",
  "400/21": "Malformed regular expression",
  "400/23": "Malformed domain name",
  "400/75": "Access key not found",
  "400/101": "Invalid task id",
  "400/110": "Invalid task status",
  "400/123": "Task cannot be deleted",
  "400/300": "Invalid user",
  "400/301": "Invalid user id",
  "400/701": "Invalid queue id",
  "400/702": "Queue is not empty",
  "400/703": "Invalid queue id or task not in queue",
  "400/706": "Failed adding task to queue since task is already queued",
  "400/707": "No queue is tagged as the default queue for this company",
  "400/708": "More than one queue is tagged as the default queue for this company",
  "400/800": "Data validation error",
  "400/801": "Value combination already exists",
  "401/10": "Unauthorized (bad authentication header type)",
  "401/20": "Unauthorized (missing credentials)",
  "401/21": "Unauthorized (malformed credentials)",
  "401/22": "Unauthorized (invalid credentials)",
  "401/30": "Invalid token",
  "403/20": "Forbidden",
  "500/1": "Internal server error",
};

/** What ends a call with something else than 200/0. */
export class ApiError extends Error {
  readonly code: number;
  readonly subcode: number;

  constructor(code: number, subcode: number, message: string) {
    super(message);
    this.code = code;
    this.subcode = subcode;
  }
}

type FieldValue = string | number | readonly string[];

/** An error of the table, worded as the server does: `Text (detail): key=value, key=value`. */
export function refusal(
  code: number,
  subcode: number,
  detail?: string,
  fields: Readonly<Record<string, FieldValue>> = {},
): ApiError {
  const entries = Object.entries(fields).map(([key, value]) => `${key}=${fieldText(value)}`);
  const text = TEXTS[`${code}/${subcode}`] ?? "";
  const head = detail === undefined ? text : `${text} (${detail})`;
  return new ApiError(code, subcode, entries.length === 0 ? head : `${head}: ${entries.join(", ")}`);
}

function fieldText(value: FieldValue): string {
  return typeof value === "object" ? `(${value.join(", ")})` : `${value}`;
}

/** An exception nobody caught on the server: 500/0 with its text. */
export function uncaught(message: string): ApiError {
  return new ApiError(500, 0, message);
}

/** 32 lower-case hex digits. */
export function newId(): string {
  return randomUUID().replaceAll("-", "");
}

export interface EndpointMeta {
  name: string;
  /** `2.34`, or a number below 2.1. */
  requested: string | number;
  /** null when no endpoint was found. */
  actual: string | number | null;
}

export interface Result {
  code: number;
  subcode: number;
  message: string;
  data: Data;
}

/** The answer's JSON text. `trx` is the transaction the caller named, if any. */
export function envelope(endpoint: EndpointMeta, result: Result, trx?: string): string {
  const id = newId();
  return JSON.stringify({
    meta: {
      id,
      trx: trx || id,
      endpoint: {
        name: endpoint.name,
        requested_version: endpoint.requested,
        actual_version: endpoint.actual,
      },
      result_code: result.code,
      result_subcode: result.subcode,
      result_msg: result.message,
      error_stack: null,
      error_data: {},
    },
    data: result.data,
  });
}
