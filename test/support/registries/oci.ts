import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import bcrypt from "bcryptjs";
import { freePorts, supervise } from "../../cluster/supervise.ts";

export interface OciRegistry {
  /** `127.0.0.1:PORT` */
  host: string;
  /** Folder with all it holds. */
  storage: string;
  stop(): Promise<void>;
}

/**
 * Starts an OCI registry that lets in one user, or everybody when none is named. It ends with this process, however
 * that ends.
 */
export async function startOciRegistry(options: {
  binary: string;
  username?: string;
  password?: string;
  /** What it holds from the start: the folder of another registry, which is copied. */
  contents?: string;
}): Promise<OciRegistry> {
  const supervision = supervise("registry");
  const [port = 0] = await freePorts(1);
  const host = `127.0.0.1:${port}`;
  const passwords = join(supervision.folder, "htpasswd");
  // The registry reads bcrypt alone; the cheapest cost is enough for a test.
  writeFileSync(passwords, `${options.username}:${bcrypt.hashSync(options.password ?? "", 4)}\n`, {
    mode: 0o600,
  });
  const storage = join(supervision.folder, "storage");
  if (options.contents) cpSync(options.contents, storage, { recursive: true });
  else mkdirSync(storage);
  const config = join(supervision.folder, "config.json");
  writeFileSync(
    config,
    JSON.stringify({
      version: "0.1",
      log: { level: "warn" },
      storage: { filesystem: { rootdirectory: storage } },
      http: { addr: host },
      ...(options.username ? { auth: { htpasswd: { realm: "charts", path: passwords } } } : {}),
    }),
  );
  // Set here they would change the registry's own configuration.
  const env = { OTEL_TRACES_EXPORTER: "none" };
  await supervision.start({ name: "registry", command: options.binary, args: ["serve", config], env });
  await supervision.until(
    "the registry answering",
    async () => (await fetch(`http://${host}/v2/`)).status === (options.username ? 401 : 200),
  );
  return { host, storage, stop: () => supervision.stop() };
}
