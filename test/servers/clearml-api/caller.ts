import type { ClearmlApi } from "../../support/clearml-api/server.ts";

export interface CallAnswer {
  /** `code/subcode` of the envelope. */
  result: string;
  message: string;
  data: Record<string, unknown>;
}

export interface CallOptions {
  key?: { accessKey: string; secretKey: string };
  headers?: Record<string, string>;
}

/** Calls an endpoint with Basic credentials (default: the system key) and reads the envelope. */
export async function call(
  api: ClearmlApi,
  endpoint: string,
  body: object = {},
  { key = api.system, headers = {} }: CallOptions = {},
): Promise<CallAnswer> {
  const pair = Buffer.from(`${key.accessKey}:${key.secretKey}`).toString("base64");
  const response = await fetch(`${api.url}/${endpoint}`, {
    method: "POST",
    headers: { Authorization: `Basic ${pair}`, "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const { meta, data } = (await response.json()) as {
    meta: { result_code: number; result_subcode: number; result_msg: string };
    data: CallAnswer["data"];
  };
  return { result: `${meta.result_code}/${meta.result_subcode}`, message: meta.result_msg, data };
}

export const actAs = (user: unknown): CallOptions => ({ headers: { "X-Clearml-Act-As": `${user}` } });
export const impersonate = (user: unknown): CallOptions => ({
  headers: { "X-Clearml-Impersonate-As": `${user}` },
});
