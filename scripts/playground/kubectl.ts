import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

/** kubectl for one cluster. */
export interface Access {
  kubectl: string;
  kubeconfig: string;
}

const AGAIN_MS = 500;

/** Reads the lines of a `kubectl get --watch` until it is stopped; the server ends a watch after an hour at the latest. */
export function watchLines(
  access: Access,
  args: readonly string[],
  onLine: (line: string) => void,
): () => void {
  let running: ChildProcess | undefined;
  let stopped = false;
  const start = () => {
    if (stopped) return;
    const watch = spawn(access.kubectl, ["--kubeconfig", access.kubeconfig, "get", "--watch", ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    running = watch;
    createInterface({ input: watch.stdout }).on("line", onLine);
    watch.once("close", () => void pause(AGAIN_MS).then(start));
  };
  start();
  return () => {
    stopped = true;
    running?.kill();
  };
}

/** Writes the address at which a Service or an Ingress is reached into its status, as a controller does. */
export function setAddress(
  access: Access,
  kind: "service" | "ingress",
  of: { namespace: string; name: string },
  ip: string,
): void {
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip }] } } });
  const patch = [
    "patch",
    kind,
    of.name,
    "-n",
    of.namespace,
    "--subresource=status",
    "--type=merge",
    "-p",
    status,
  ];
  // What is gone by then needs no address.
  spawn(access.kubectl, ["--kubeconfig", access.kubeconfig, ...patch], { stdio: "ignore" });
}
