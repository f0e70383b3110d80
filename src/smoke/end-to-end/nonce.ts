import { shownAddress } from "../address.ts";
import type { SmokeResult } from "../model.ts";
import type { Attempt } from "./attempt.ts";
import { type Answer, fetchEndpoint } from "./fetching.ts";
import { howOften, poll, timeUp, type Waited } from "./polling.ts";

/** A gateway may need this long until it serves what its router has announced. */
const SETTLES_MS = 60_000;
/** Answers of a gateway that does not know the route yet, or cannot reach the task yet. */
const NOT_YET = new Set([404, 502, 503, 504]);

/** Fetches the nonce as a user of the tenant does. */
export async function fetchNonce(attempt: Attempt): Promise<SmokeResult> {
  const { result, endpoint } = await attempt.route();
  if (!endpoint) return result;
  const token = await attempt.token();
  let last: Answer | undefined;
  const waited = await poll(
    attempt.probe,
    async () => {
      last = await fetchEndpoint(attempt.probe.context.http, endpoint, token);
      return mayChange(last) ? undefined : last;
    },
    Date.now() + SETTLES_MS,
  );
  return judged(attempt, endpoint, last, waited);
}

function mayChange(answer: Answer): boolean {
  return answer.kind === "none" ? !answer.untrusted : answer.kind === "page" && NOT_YET.has(answer.status);
}

function judged(
  { nonce, probe }: Attempt,
  endpoint: URL,
  answer: Answer | undefined,
  waited: Waited<Answer>,
): SmokeResult {
  const at = `\`${shownAddress(endpoint)}\``;
  const often = howOften(waited);
  if (!answer) return { status: "fail", detail: `${at} was not opened ${timeUp(probe)}` };
  if (answer.kind === "none") {
    const wildcard = endpoint.hostname === probe.target.url.hostname ? "" : `; ${WILDCARD}`;
    const hint = `${answer.hint ?? "see the gateway's log"}${wildcard}`;
    return {
      status: "fail",
      detail: `${at} could not be opened with a token: ${answer.words} (${often})`,
      hint,
    };
  }
  if (answer.kind === "redirect") {
    const detail = `${at} sent a user with a valid token to \`${answer.to}\` (${answer.status})`;
    return { status: "fail", detail, hint: REFUSED };
  }
  const { status, text } = answer;
  if (status === 200 && text.trim() === nonce) {
    const detail = `${at} gave what the task serves to a user with a token (${often})`;
    return { status: "pass", detail };
  }
  if (status === 401 || status === 403) {
    const detail = `${at} answered ${status} to a user with a valid token`;
    return { status: "fail", detail, hint: REFUSED };
  }
  if (NOT_YET.has(status)) {
    const detail = `${at} still answered ${status} ${waited.seconds} s after the route was announced (${often})`;
    return { status: "fail", detail, hint: UNREACHED };
  }
  const detail = `${at} answered ${status} with something else than what the task serves`;
  return { status: "fail", detail, hint: status >= 500 ? BROKEN : FOREIGN };
}

const WILDCARD =
  "the endpoint is a sub-domain of the gateway, which needs a wildcard in DNS and in the certificate";
const REFUSED =
  "the gateway does not accept the tokens of this API server: compare `clearml.apiServerUrlReference` of its values with the server, and the company of its key with the tenant";
const UNREACHED =
  "the gateway must reach the task's pod: same namespace, and a network policy that lets the gateway's pods in";
const BROKEN = "the log of the gateway's pods says what broke";
const FOREIGN =
  "another route, Ingress or proxy answers at this address: look for one with the same host and path";
