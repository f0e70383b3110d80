import { shownAddress } from "../address.ts";
import type { SmokeResult } from "../model.ts";
import type { Attempt } from "./attempt.ts";
import { type Answer, fetchEndpoint } from "./fetching.ts";
import { poll } from "./polling.ts";

/** A gateway that is busy says nothing about whom it lets in. */
const BUSY = new Set([429, 502, 503, 504]);
const TRIES_MS = 10_000;

/** Tries to get the nonce as a stranger: without a token, and with one that nobody has signed. */
export async function refuseStrangers(attempt: Attempt): Promise<SmokeResult> {
  const { probe, nonce } = attempt;
  const { result, endpoint } = await attempt.route();
  if (!endpoint) return result;
  const open = new URL(shownAddress(endpoint));
  const forged = forgedToken(await attempt.token());
  probe.context.secrets.mask(forged);
  const strangers = [
    { who: "without a token", token: undefined },
    { who: "with a token that nobody has signed", token: forged },
  ];
  const seen: string[] = [];
  for (const { who, token } of strangers) {
    let last: Answer | undefined;
    const { found } = await poll(
      probe,
      async () => {
        last = await fetchEndpoint(probe.context.http, open, token);
        return last.kind === "none" || (last.kind === "page" && BUSY.has(last.status)) ? undefined : last;
      },
      Date.now() + TRIES_MS,
    );
    if (!found) return undecided(open, who, last);
    if (found.kind === "page" && found.text.includes(nonce)) return letIn(open, who);
    seen.push(`${who}: ${found.kind === "redirect" ? `sent to \`${found.to}\`` : found.status}`);
  }
  return {
    status: "pass",
    detail: `\`${open}\` keeps what the task serves from strangers (${seen.join("; ")})`,
  };
}

/** A token that is right in everything but its signature. */
export function forgedToken(token: string): string {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const turned = [...signature].toReversed().join("");
  return `${head}.${payload}.${turned === signature ? `${signature}A` : turned}`;
}

function letIn(open: URL, who: string): SmokeResult {
  return {
    status: "fail",
    detail: `\`${open}\` gave what the task serves to somebody ${who}`,
    hint: "anybody who knows the address reaches the tenant's sessions: only the gateway itself may serve routes, so look for an Ingress, a Service of type LoadBalancer or a proxy that leads past it",
  };
}

function undecided(open: URL, who: string, answer: Answer | undefined): SmokeResult {
  const found =
    answer === undefined
      ? "was not asked in time"
      : answer.kind === "none"
        ? answer.words
        : `answered ${answer.status}`;
  return {
    status: "fail",
    detail: `whether \`${open}\` keeps strangers out could not be seen ${who}: ${found}`,
    hint: "see the gateway's log, and try again",
  };
}
