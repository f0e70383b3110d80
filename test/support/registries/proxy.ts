import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts, supervise } from "../../cluster/supervise.ts";

export interface ForwardProxy {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** What was asked for so far, `CONNECT host:port credentials`. */
  calls(): string[];
  stop(): Promise<void>;
}

/** Starts a forward proxy as a process of its own; every connection through it ends at `targetPort` of this machine. */
export async function startProxy(targetPort: number): Promise<ForwardProxy> {
  const supervision = supervise("proxy");
  const [port = 0] = await freePorts(1);
  const script = join(import.meta.dirname, "proxy-process.ts");
  const args = [script, String(port), String(targetPort)];
  await supervision.start({ name: "proxy", command: process.execPath, args });
  const url = `http://127.0.0.1:${port}`;
  await supervision.until("the proxy answering", async () => (await fetch(url)).status === 405);
  return {
    url,
    calls: () =>
      readFileSync(join(supervision.folder, "proxy.log"), "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    stop: () => supervision.stop(),
  };
}
