import type { Log } from "../../core/log.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";

/** What closing a node, emptying it and opening it again need. */
export interface Closing {
  kubernetes: Kubernetes;
  log: Pick<Log, "info">;
  signal: AbortSignal;
  /** Who does it, for whoever finds the node closed. */
  run: string;
}
