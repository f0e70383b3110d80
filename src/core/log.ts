import type { Host } from "./host.ts";
import type { Secrets } from "./secrets.ts";

/** Lines for the person who watches the run. Secrets are replaced before anything is written. */
export interface Log {
  info(text: string): void;
  /** Shown only when the workflow is re-run with debug logging. */
  debug(text: string): void;
  /** Folds everything that `work` prints under one title. Groups do not nest. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
}

export function createLog(host: Host, secrets: Secrets): Log {
  return {
    info: (text) => host.line(secrets.redact(text)),
    debug: (text) => host.debug(secrets.redact(text)),
    async group(title, work) {
      host.openGroup(secrets.redact(title));
      try {
        return await work();
      } finally {
        host.closeGroup();
      }
    },
  };
}
