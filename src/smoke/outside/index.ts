import type { SmokeCheck } from "../model.ts";
import { answers } from "./answers.ts";
import { cookieDomain, cookieName, cookieSecure } from "./cookies.ts";
import { dns, dnsStreams } from "./dns.ts";
import { latency } from "./latency.ts";
import { login } from "./login.ts";
import { isProtected } from "./protected.ts";
import { httpRedirect } from "./redirect.ts";
import { session } from "./session.ts";
import { streams } from "./streams.ts";
import { tlsChain, tlsDays, tlsName, tlsWildcard } from "./tls.ts";

/** What everybody on the network can see of a gateway, in the order of reports. */
export const OUTSIDE: readonly SmokeCheck[] = [
  ...[dns, dnsStreams, tlsChain, tlsName, tlsDays, tlsWildcard],
  ...[httpRedirect, answers, isProtected, login, cookieName, cookieDomain, cookieSecure, session],
  ...[streams, latency],
];
