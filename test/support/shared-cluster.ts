import { type Cluster, startCluster } from "../cluster/start.ts";

let started: Promise<Cluster> | undefined;

/**
 * The cluster of this worker, for files that make nothing but objects of names of their own, none of them for the whole
 * cluster. It is started for the first of them and ends with the worker.
 */
export function sharedCluster(): Promise<Omit<Cluster, "stop">> {
  started ??= startCluster().catch((thrown: unknown) => {
    started = undefined;
    throw thrown;
  });
  return started;
}
