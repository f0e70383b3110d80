/** One end-to-end test in this process, against the gateway, agent and router of the tests. */
import type { Credentials } from "../../../src/clearml/api.ts";
import type { Context } from "../../../src/core/context.ts";
import { createHttp } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import { END_TO_END, endpointOf } from "../../../src/smoke/end-to-end/index.ts";
import type { Probe, SmokeEntry, SmokeStatus } from "../../../src/smoke/model.ts";
import { runChecks } from "../../../src/smoke/runner.ts";
import { urlTarget } from "../../../src/smoke/target.ts";
import type { TestGateway } from "../gateway/gateway.ts";

/** Status of every check where nothing is wrong. */
export const HEALTHY: Readonly<Record<string, SmokeStatus>> = {
  task: "pass",
  route: "pass",
  nonce: "pass",
  "nonce-protected": "pass",
  "clean-up": "pass",
};

export interface TrialOptions {
  timeoutMs?: number;
  queue?: string;
  credentials?: Credentials;
  /** Cancels the run. */
  cancel?: AbortSignal;
  /** Cancels the run some time after a line with these words. */
  cancelAfter?: { words: string; milliseconds: number };
}

export interface Trial {
  entries: readonly SmokeEntry[];
  /** Status by name of the check. */
  statuses: Record<string, SmokeStatus>;
  /** Detail and hint of the checks that failed, by name. */
  failures: Record<string, string>;
  log: string[];
  endpoint: string | undefined;
  milliseconds: number;
}

export async function tryEndToEnd(gateway: TestGateway, options: TrialOptions = {}): Promise<Trial> {
  const { timeoutMs = 20_000, queue, cancelAfter } = options;
  const cancelling = new AbortController();
  const cancel = AbortSignal.any([cancelling.signal, ...(options.cancel ? [options.cancel] : [])]);
  const log: string[] = [];
  const secrets = createSecrets(() => undefined);
  const info = (line: string) => {
    log.push(secrets.redact(line));
    if (!cancelAfter || !line.includes(cancelAfter.words)) return;
    if (cancelAfter.milliseconds === 0) cancelling.abort();
    else setTimeout(() => cancelling.abort(), cancelAfter.milliseconds);
  };
  const context = {
    ...{ secrets, signal: cancel, http: createHttp(cancel) },
    log: { info, debug: info, group: async (_: string, work: () => Promise<unknown>) => work() },
  } as unknown as Context;
  const probe: Probe = {
    ...{ context, deadline: Date.now() + timeoutMs },
    target: urlTarget(gateway.url, { apiUrl: gateway.api.url }),
    signal: AbortSignal.any([cancel, AbortSignal.timeout(timeoutMs)]),
    credentials: async () => options.credentials ?? gateway.credentials,
    options: { requests: 1, tlsDays: 1, ...(queue === undefined ? {} : { queue }) },
  };
  const started = performance.now();
  const entries = await runChecks(END_TO_END, probe, ({ name, status, detail }) =>
    info(`${status} ${name}: ${detail}`),
  );
  const failed = entries.filter(({ status }) => status === "fail");
  return {
    ...{ entries, log, endpoint: endpointOf(probe) },
    statuses: Object.fromEntries(entries.map(({ name, status }) => [name, status])),
    failures: Object.fromEntries(failed.map(({ name, detail, hint }) => [name, `${detail} | ${hint}`])),
    milliseconds: performance.now() - started,
  };
}
