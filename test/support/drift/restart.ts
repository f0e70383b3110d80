/** Ends the API server of a test cluster without any order, and starts it again. */
import { execFileSync } from "node:child_process";
import type { Cluster } from "../../cluster/start.ts";
import { supervise } from "../../cluster/supervise.ts";
import type { ClusterApi } from "./api.ts";
import { until } from "./controllers.ts";

export interface Restarted {
  /** Resolves once it answers again. */
  back: Promise<void>;
  stop(): Promise<void>;
}

export async function restartApiServer(cluster: Pick<Cluster, "dir">, api: ClusterApi): Promise<Restarted> {
  const { pid, command, args } = processOf(cluster.dir);
  process.kill(pid, "SIGKILL");
  const supervision = supervise("restarted");
  await supervision.start({ name: "kube-apiserver", command, args, endSignal: "SIGKILL" });
  const back = until("the API server answering again", () =>
    api.get("/api/v1/namespaces/default").then(
      () => true,
      () => false,
    ),
  );
  return { back, stop: () => supervision.stop() };
}

/** Nothing in its command line has blanks in it. */
function processOf(folder: string): { pid: number; command: string; args: string[] } {
  const lines = execFileSync("ps", ["-eo", "pid,args"]).toString().split("\n");
  const line = lines.find((each) => /kube-apiserver --/.test(each) && each.includes(folder));
  const [pid, command = "", ...args] = (line ?? "").trim().split(/\s+/);
  if (!command) throw new Error(`no API server works in ${folder}`);
  return { pid: Number(pid), command, args };
}
