import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";

type ServerContext = Pick<Context, "exec"> & Partial<Pick<Context, "env">>;

const configSchema = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string().min(1) }) })),
});

/**
 * The address of the API server in the current context of the kubeconfig. It is for messages; what is talked to is
 * kubectl's decision. A plain kubeconfig is read here, which saves a process; kubectl is asked about every other one.
 * @throws UserError (kind cluster) when there is no current context
 */
export async function currentServer(context: ServerContext): Promise<string> {
  return (await plainServer(context.env ?? {})) ?? (await serverByKubectl(context));
}

/** Undefined when there is no single kubeconfig that says it all. */
async function plainServer(env: Context["env"]): Promise<string | undefined> {
  const file = env.KUBECONFIG ?? join(env.HOME ?? homedir(), ".kube", "config");
  if (file === "" || file.includes(delimiter)) return undefined;
  const text = await readFile(file, "utf8").catch(() => "");
  const { data: config } = configSchema.safeParse(parsed(text));
  const current = config?.contexts.find(({ name }) => name === config["current-context"])?.context.cluster;
  return config?.clusters.find(({ name }) => name === current)?.cluster.server;
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

async function serverByKubectl({ exec }: ServerContext): Promise<string> {
  const { stdout } = await exec.run("kubectl", ["config", "view", "--minify", "-o", "json"], {
    quiet: true,
    ok: [0, 1],
  });
  const config = JSON.parse(stdout || "{}") as { clusters?: { cluster?: { server?: string } }[] | null };
  const server = config.clusters?.[0]?.cluster?.server;
  if (server) return server;
  throw new UserError(
    {
      message: "no cluster is configured: the kubeconfig has no current context",
      hint: "set KUBECONFIG, or log in to the cluster in a step before this one",
    },
    { kind: "cluster" },
  );
}
