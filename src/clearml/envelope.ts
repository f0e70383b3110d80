import { z } from "zod";
import type { HttpResponse } from "../core/http.ts";
import { jsonOf } from "../core/json.ts";
import { type CallPlace, ClearmlApiError, refused } from "./errors.ts";

/** What every answer of the API is wrapped in; proxies and web servers in between answer without it. */
const ENVELOPE = z.object({
  meta: z.object({
    result_code: z.number(),
    result_subcode: z.number().default(0),
    result_msg: z.string().default(""),
  }),
  data: z.unknown(),
});

/**
 * The `data` of a successful answer.
 * @throws ClearmlApiError for an error in the envelope, and for anything that is no envelope: the page of a proxy,
 * a redirect, the login page of a gateway.
 */
export function readEnvelope(place: CallPlace, response: HttpResponse): unknown {
  const envelope = ENVELOPE.safeParse(jsonOf(response.text));
  if (!envelope.success) throw foreignAnswer(place, response);
  const { meta, data } = envelope.data;
  if (meta.result_code !== 200)
    throw refused(place, meta.result_code, meta.result_subcode, meta.result_msg || "no message");
  return data ?? {};
}

function foreignAnswer(place: CallPlace, response: HttpResponse): ClearmlApiError {
  const { status } = response;
  const location = String(response.headers.location ?? "");
  const down = status === 429 || status >= 500;
  const found =
    location && status >= 300 && status < 400
      ? `a redirect to ${withoutQuery(location)}`
      : title(response.text);
  return new ClearmlApiError(place, {
    code: status,
    subcode: 0,
    kind: down ? "cluster" : "input",
    problem: {
      message: `${place.endpoint} at ${place.url} answered ${status} with ${found} instead of a ClearML answer`,
      hint: down ? DOWN : wrongHost(place.url),
    },
  });
}

const DOWN =
  "the proxy in front of the API server cannot reach it; look at the apiserver pods and their service";

function wrongHost(url: string): string {
  const { hostname } = new URL(url);
  const [first = "", ...rest] = hostname.split(".");
  const api = /^(app|files|router|tcp-router)$/.test(first) ? `api.${rest.join(".")}` : "api.<base domain>";
  return `is ${hostname} the API server? It answers at ${api}; look for a proxy or login page in between`;
}

/** A page in a few words: its title, else its first words. Markup of a foreign page is no use in a log. */
function title(text: string): string {
  const name = /<title[^>]*>([^<]*)/i.exec(text)?.[1] ?? text.replace(/<[^>]*>/g, " ");
  const words = name.trim().split(/\s+/).slice(0, 8).join(" ").slice(0, 80);
  if (words === "") return "an empty page";
  return /<(!doctype|html|head|title)/i.test(text) ? `the page "${words}"` : `"${words}"`;
}

/** Login pages carry state and tokens in the query. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, "");
}
