import type { ClearmlApi } from "../../../../src/clearml/api.ts";
import { UserError } from "../../../../src/core/errors.ts";
import type { Http, HttpRequest } from "../../../../src/core/http.ts";
import { createSecrets } from "../../../../src/core/secrets.ts";
import { type Attempt, userToken } from "../../../../src/smoke/end-to-end/attempt.ts";

export const NONCE = "0123456789abcdef";
export const GATEWAY = "https://gateway.example";
export const TOKEN = "head.payload.signed";

export type Reply = { status: number; text?: string; location?: string } | { code: string };

/** An attempt whose route is open, at a gateway that answers like this; `sent` is what it was asked. */
export function visiting(
  reply: (request: { url: URL; token: string | undefined }) => Reply,
  { endpoint = `${GATEWAY}/service/1/`, timeoutMs = 500 } = {},
) {
  const sent: string[] = [];
  const http: Http = {
    async send(request: HttpRequest) {
      const token = request.headers?.Authorization?.replace(/^Bearer /, "");
      sent.push(`${request.url} ${token ?? "-"}`);
      const answer = reply({ url: new URL(request.url), token });
      if ("code" in answer) {
        const cause = Object.assign(new Error(answer.code), { code: answer.code });
        throw new UserError({ message: `no answer: ${answer.code}` }, { kind: "cluster", cause });
      }
      const { status, text = "", location } = answer;
      return { status, text, headers: location === undefined ? {} : { location } };
    },
  };
  const api = { call: async () => ({ token: TOKEN }) } as unknown as ClearmlApi;
  const attempt = {
    nonce: NONCE,
    probe: {
      target: { url: new URL(GATEWAY) },
      signal: AbortSignal.timeout(timeoutMs),
      context: { signal: new AbortController().signal, http, secrets: createSecrets(() => undefined) },
    },
    api: async () => api,
    route: async () => ({ result: { status: "pass", detail: "" }, endpoint: new URL(endpoint) }),
  } as unknown as Attempt;
  attempt.token = () => userToken(attempt);
  return { attempt, sent };
}
