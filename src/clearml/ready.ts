import { z } from "zod";
import { UserError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import { readEnvelope } from "./envelope.ts";
import { unanswered } from "./errors.ts";

const MODES = z.object({ server_errors: z.record(z.string(), z.unknown()).optional() }).loose();

/** Whether the API server answers; needs no key. @throws ClearmlApiError when it does not */
export async function ping(http: Http, url: string): Promise<void> {
  await open(http, url, "debug.ping");
}

/**
 * Names of the errors the server reports about itself (a missed Elasticsearch upgrade for example); needs no key.
 * An empty list does not prove the database: only a call with a key does.
 * @throws ClearmlApiError
 */
export async function serverErrors(http: Http, url: string): Promise<string[]> {
  const modes = MODES.catch({}).parse(await open(http, url, "login.supported_modes"));
  return Object.entries(modes.server_errors ?? {}).flatMap(([name, value]) => (value ? [name] : []));
}

async function open(http: Http, base: string, endpoint: string): Promise<unknown> {
  const url = base.replace(/\/+$/, "");
  const place = { url, endpoint, keySource: "" };
  const response = await http
    .send({ method: "GET", url: `${url}/${endpoint}`, timeoutMs: 10_000 })
    .catch((thrown: unknown) => {
      throw thrown instanceof UserError ? unanswered(place, thrown) : thrown;
    });
  return readEnvelope(place, response);
}
