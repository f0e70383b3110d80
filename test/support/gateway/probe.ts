import type { Context } from "../../../src/core/context.ts";
import { createHttp } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import type { Probe, SmokeEntry, SmokeTarget } from "../../../src/smoke/model.ts";
import type { TestGateway } from "./gateway.ts";
import { HOSTS, SERVER_COOKIE } from "./play.ts";

/** What a test of a gateway may set otherwise. */
export interface ProbeOptions {
  target?: Partial<SmokeTarget>;
  kubernetes?: Probe["kubernetes"];
  /** Null: there are none. */
  credentials?: TestGateway["credentials"] | null;
  options?: Partial<Probe["options"]>;
  timeoutMs?: number;
}

export interface TestProbe extends Probe {
  /** Every form of every secret that was masked. */
  masked: Set<string>;
}

/** A probe of a test gateway in this process, as the action makes one from files that name everything. */
export function probeOf(gateway: TestGateway, given: ProbeOptions = {}): TestProbe {
  const { target, kubernetes, options, timeoutMs = 20_000 } = given;
  const masked = new Set<string>();
  const signal = AbortSignal.timeout(timeoutMs);
  const secrets = createSecrets((value) => masked.add(value));
  const credentials = given.credentials === null ? undefined : (given.credentials ?? gateway.credentials);
  return {
    masked,
    target: {
      ...{ url: new URL(gateway.url), values: {}, nodePort: false },
      ...{ apiUrl: gateway.apiUrl, appUrl: gateway.appUrl, streams: gateway.streams },
      ...{ cookieName: SERVER_COOKIE, cookieDomain: HOSTS.api.replace(/^api\./, "") },
      ...target,
    },
    // No more of it is used by checks.
    context: { http: createHttp(signal), secrets, signal, env: {} } as Partial<Context> as Context,
    ...{ signal, deadline: Date.now() + timeoutMs },
    ...(kubernetes ? { kubernetes } : {}),
    credentials: async () => credentials,
    options: { requests: 5, tlsDays: 14, ...options },
  };
}

/** Names of the checks that ended in this way. */
export function withStatus(entries: readonly SmokeEntry[], status: SmokeEntry["status"]): string[] {
  return entries.filter((each) => each.status === status).map(({ name }) => name);
}

/** The check of this name. */
export function named(entries: readonly SmokeEntry[], name: string): SmokeEntry {
  const found = entries.find((each) => each.name === name);
  if (!found) throw new Error(`no check ${name}`);
  return found;
}
