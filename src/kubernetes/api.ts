import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { errorMessage, UserError } from "../core/errors.ts";
import { type KubernetesObject, objectPath } from "./objects.ts";
import { listens, type SocketResponse, sendOverSocket } from "./socket.ts";

/** Field manager of everything written here with server-side apply. */
const FIELD_MANAGER = "clearml-actions";
const START_TIMEOUT_MS = 15_000;
const PAGE = 500;

export type ApplyResult = "created" | "changed" | "unchanged";

/** The API of one cluster. */
export interface Kubernetes {
  /** Address of the API server, for messages. */
  readonly server: string;
  /** Version of the API server, such as `v1.34.2`. */
  readonly version: string;
  /** An object by its API path; undefined when there is none. */
  get(path: string): Promise<KubernetesObject | undefined>;
  /** All objects of a collection; `query` takes selectors (`labelSelector=…`). */
  list(path: string, query?: string): Promise<KubernetesObject[]>;
  /** The same without the contents: name, namespace, labels. Secrets keep their data to themselves. */
  listMetadata(path: string, query?: string): Promise<Pick<KubernetesObject, "metadata">[]>;
  /** Server-side apply; an object that is already so is not written again. */
  apply(object: KubernetesObject): Promise<ApplyResult>;
}

/**
 * Connects to the cluster of the current kubeconfig through one `kubectl proxy` on a private socket, so that every
 * login kubectl knows works here too. The proxy ends with the action.
 * @throws UserError (kind cluster) when there is no kubeconfig, the cluster does not answer or refuses the login
 */
export async function connectKubernetes(context: Pick<Context, "exec" | "tempDir">): Promise<Kubernetes> {
  const server = await currentServer(context);
  const socket = join(await context.tempDir(), "api.sock");
  const proxy = context.exec.start("kubectl", ["proxy", `--unix-socket=${socket}`]);
  let stderr = "";
  proxy.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const failed = new Promise<never>((_, reject) => {
    proxy.once("error", (error) => reject(unreachable(server, errorMessage(error))));
    proxy.once("exit", () => reject(unreachable(server, stderr.trim() || "kubectl proxy ended")));
  });
  failed.catch(() => undefined);
  await Promise.race([socketListens(socket, server), failed]);
  const send: Send = (method, path, options = {}) =>
    sendOverSocket({ socket, method, path, ...options }).catch((thrown: unknown) => {
      throw unreachable(server, errorMessage(thrown));
    });
  const version = JSON.parse(accepted(await send("GET", "/version"), "GET /version", server).text) as {
    gitVersion: string;
  };
  return { server, version: version.gitVersion, ...operations(send, server) };
}

type Send = (
  method: string,
  path: string,
  options?: { body?: string; accept?: string },
) => Promise<SocketResponse>;

/** The form of a list that leaves the contents of its objects out. */
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

function operations(send: Send, server: string): Omit<Kubernetes, "server" | "version"> {
  const get: Kubernetes["get"] = async (path) => {
    const response = await send("GET", path);
    if (response.status === 404) return undefined;
    return JSON.parse(accepted(response, `GET ${path}`, server).text) as KubernetesObject;
  };
  return {
    get,
    list: (path, query) => listAll(send, server, { path, query }),
    listMetadata: (path, query) => listAll(send, server, { path, query, accept: METADATA }),
    async apply(object) {
      const path = objectPath(object);
      const before = await get(path);
      const url = `${path}?fieldManager=${FIELD_MANAGER}&force=true`;
      const response = accepted(
        await send("PATCH", url, { body: JSON.stringify(object) }),
        `apply ${path}`,
        server,
      );
      const after = JSON.parse(response.text) as KubernetesObject;
      if (!before) return "created";
      return before.metadata.resourceVersion === after.metadata.resourceVersion ? "unchanged" : "changed";
    },
  };
}

/** Every object of a collection, page by page. */
async function listAll(
  send: Send,
  server: string,
  { path, query, accept }: { path: string; query?: string | undefined; accept?: string },
): Promise<KubernetesObject[]> {
  const items: KubernetesObject[] = [];
  for (let next = ""; ; ) {
    const parameters = [`limit=${PAGE}`, query, next && `continue=${encodeURIComponent(next)}`].filter(
      Boolean,
    );
    const answer = await send("GET", `${path}?${parameters.join("&")}`, accept ? { accept } : {});
    const page = JSON.parse(accepted(answer, `GET ${path}`, server).text) as {
      /** Null in an empty list of metadata: Go writes an empty slice so. */
      items: KubernetesObject[] | null;
      metadata: { continue?: string };
    };
    items.push(...(page.items ?? []));
    next = page.metadata.continue ?? "";
    if (next === "") return items;
  }
}

/** The address of the API server in the current context of the kubeconfig. */
async function currentServer(context: Pick<Context, "exec">): Promise<string> {
  const { stdout } = await context.exec.run("kubectl", ["config", "view", "--minify", "-o", "json"], {
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

async function socketListens(socket: string, server: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await listens(socket))) {
    if (Date.now() > deadline) throw unreachable(server, "kubectl proxy did not start in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function unreachable(server: string, reason: string): UserError {
  return new UserError(
    {
      message: `the cluster at ${server} does not answer: ${reason}`,
      hint: "check KUBECONFIG, the network between the runner and the cluster, and that the API server is up",
    },
    { kind: "cluster" },
  );
}

/** The response, when its status says success. */
function accepted(response: SocketResponse, what: string, server: string): SocketResponse {
  if (response.status >= 200 && response.status < 300) return response;
  // The proxy's own words, not the API server's: it could not get through.
  if (response.status >= 500 && /dial tcp|tls:|x509|EOF|no such host/.test(response.text)) {
    throw unreachable(server, response.text.trim().slice(0, 300));
  }
  const reason = statusMessage(response.text);
  const hint =
    response.status === 401
      ? "the login in the kubeconfig is not valid (any more)"
      : response.status === 403
        ? "give the account of this kubeconfig the right the message names"
        : undefined;
  throw new UserError(
    { message: `the cluster refused ${what} (${response.status}): ${reason}`, ...(hint ? { hint } : {}) },
    { kind: "cluster" },
  );
}

function statusMessage(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text.slice(0, 300);
  } catch {
    return text.trim().slice(0, 300);
  }
}
