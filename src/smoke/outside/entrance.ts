import { randomUUID } from "node:crypto";
import { locationOf } from "../address.ts";
import type { Probe, SmokeTarget } from "../model.ts";
import { type Answer, get, hostOf, isAddress } from "./connection.ts";
import { untilGood, type Waited } from "./waiting.ts";

const STARTING = [502, 503];
const MOST_HOPS = 5;
const LOGIN_PATH = /\b(log-?in|sign-?in|auth\w*|oauth2?|oidc|sso|saml2?)\b/i;

/** What somebody without a session gets at the gateway. */
export interface Entrance {
  /** After redirects to other pages of the same host. */
  answer: Answer;
  /** Where it leads, for a redirect. */
  location?: URL;
  /** Whether redirects lead in a circle. */
  circle: boolean;
  /** Whether a host that cannot exist gets the very same page. */
  everybodys: boolean;
  waited: Pick<Waited<unknown>, "tries" | "seconds">;
}

/** Goes to the gateway as a stranger; a gateway that is just starting is waited for. */
export async function tryEntrance(probe: Probe): Promise<Entrance> {
  const { url } = probe.target;
  const ask = (at: URL, headers = {}) => get(at, { signal: probe.signal, headers, anyCertificate: true });
  const waited = await untilGood(
    probe,
    () => ask(url),
    ({ status }) => !STARTING.includes(status),
  );
  let answer = waited.seen;
  const seen = new Set([url.href]);
  let location = locationOf(answer, url);
  while (location && isInside(location, url) && seen.size <= MOST_HOPS && !seen.has(location.href)) {
    seen.add(location.href);
    answer = await ask(location);
    location = locationOf(answer, location);
  }
  const circle = location !== undefined && (seen.has(location.href) || seen.size > MOST_HOPS);
  const everybodys = answer.status === 200 && (await isEverybodys(probe.target, answer, ask));
  return { answer, circle, everybodys, waited, ...(location ? { location } : {}) };
}

/** Whether an address is one where people log in, by the look of it. */
export function looksLikeLogin({ pathname }: URL): boolean {
  return LOGIN_PATH.test(pathname);
}

/** Another page of the same host, to be followed. Where the host has a login of its own, that is the end. */
function isInside(location: URL, url: URL): boolean {
  return location.origin === url.origin && !looksLikeLogin(location);
}

/** An Ingress for all hosts answers for the gateway when the gateway's own is missing. */
async function isEverybodys(
  { url, nodePort }: Pick<SmokeTarget, "url" | "nodePort">,
  { text }: Answer,
  ask: (at: URL, headers: Record<string, string>) => Promise<Answer>,
): Promise<boolean> {
  const host = hostOf(url);
  // A port of its own serves whoever comes by any name.
  if (nodePort || isAddress(host)) return false;
  const other = await ask(url, { Host: `no-such-host-${randomUUID()}.${host}` }).catch(() => undefined);
  return other?.status === 200 && other.text === text;
}
