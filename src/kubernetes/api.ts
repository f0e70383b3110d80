import { join } from "node:path";
import type { Context } from "../core/context.ts";
import { errorMessage } from "../core/errors.ts";
import { currentServer } from "./current-server.ts";
import type { KubernetesObject, ObjectName } from "./objects.ts";
import { operations } from "./operations.ts";
import { lostAnswer } from "./refusals.ts";
import { createSend, type Send } from "./send.ts";
import { listens } from "./socket.ts";

const START_TIMEOUT_MS = 15_000;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 500;

/** `gone`: it was not there any more. `refused`: a PodDisruptionBudget, or a busy server, says not now; with its words. */
export type Eviction = { result: "accepted" | "gone" } | { result: "refused"; words: string };

export type ApplyResult = "created" | "changed" | "unchanged";

/**
 * The API of one cluster. Requests that do no harm twice are sent again when the server is busy or an answer gets
 * lost; what is refused is a RefusedError (refusals.ts).
 */
export interface Kubernetes {
  /** Address of the API server, for messages. */
  readonly server: string;
  /** Version of the API server, such as `v1.34.2`. */
  readonly version: string;
  /** How many requests have been sent so far. */
  readonly calls: number;
  /** An object by its API path; undefined when there is none. */
  get(path: string): Promise<KubernetesObject | undefined>;
  /** All objects of a collection; `query` takes selectors (`labelSelector=…`). */
  list(path: string, query?: string): Promise<KubernetesObject[]>;
  /** The same without the contents: name, namespace, labels. Secrets keep their data to themselves. */
  listMetadata(path: string, query?: string): Promise<Pick<KubernetesObject, "metadata">[]>;
  /** Pages of a collection as they come, so that memory holds one page. */
  pages(
    path: string,
    query?: string,
    options?: { limit?: number; metadataOnly?: boolean },
  ): AsyncGenerator<readonly KubernetesObject[]>;
  /**
   * API path of any object; undefined when the cluster does not know its kind.
   * @param namespace for an object that names none; left out of the path of cluster-wide kinds
   */
  pathOf(object: ObjectName, namespace: string): Promise<string | undefined>;
  /** Server-side apply; an object that is already so is not written again. */
  apply(object: KubernetesObject): Promise<ApplyResult>;
  /**
   * Server-side apply that writes nothing: what the server would store.
   * @param options.force false lets the server refuse what another field manager holds (409); true unless told
   */
  dryRunApply(
    path: string,
    object: KubernetesObject,
    manager: string,
    options?: { force?: boolean },
  ): Promise<KubernetesObject>;
  /** Makes an object (POST to its collection). An object with this name is a conflict, unless a lost answer made it. */
  create(
    collection: string,
    object: KubernetesObject,
    options?: { dryRun?: boolean },
  ): Promise<KubernetesObject>;
  /** Puts an object in the place of the one there (PUT); `metadata.resourceVersion` is the precondition. */
  replace(path: string, object: KubernetesObject, options?: { dryRun?: boolean }): Promise<KubernetesObject>;
  /**
   * Changes parts of an object (JSON merge patch): what is not named stays, null takes away. With
   * `metadata.resourceVersion` only if nobody has changed it meanwhile.
   */
  merge(path: string, patch: object): Promise<KubernetesObject>;
  /**
   * Asks for a pod to be moved away (Eviction): its budget decides. The pod ends some time later.
   * @param pod with its uid, so that a pod of the same name that came after it is not meant
   */
  evict(pod: KubernetesObject): Promise<Eviction>;
  /** Deletes an object; false when it was not there. */
  remove(
    path: string,
    options?: { resourceVersion?: string; propagation?: "Foreground" | "Background" | "Orphan" },
  ): Promise<boolean>;
  /** What is no object: the log of a container. */
  text(path: string): Promise<string>;
}

/** How long is waited, in milliseconds. */
export interface Patience {
  /** For the answer to one request. Default: a minute, as the API server itself. */
  timeoutMs?: number;
  /** Before a second try; it doubles with each. Default: half a second. */
  firstPauseMs?: number;
}

/** What of the context this needs. Without a signal it waits to the end. */
type ConnectContext = Pick<Context, "exec" | "tempDir"> & Partial<Pick<Context, "env" | "signal">>;

/**
 * Connects to the cluster of the current kubeconfig through one `kubectl proxy` on a private socket, so that every
 * login kubectl knows works here too. The proxy ends with the action.
 * @throws UserError (kind cluster) when there is no kubeconfig, the cluster does not answer or refuses the login
 */
export async function connectKubernetes(
  context: ConnectContext,
  patience: Patience = {},
): Promise<Kubernetes> {
  const socket = join(await context.tempDir(), "api.sock");
  const proxy = context.exec.start("kubectl", ["proxy", `--unix-socket=${socket}`]);
  // The address is for messages alone, and is read while the proxy starts.
  const reading = currentServer(context);
  let stderr = "";
  proxy.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  let ended: string | undefined;
  const end = new Promise<void>((resolve) => {
    const note = (reason: string) => {
      ended = reason;
      resolve();
    };
    proxy.once("error", (error) => note(errorMessage(error)));
    proxy.once("exit", () => note(stderr.trim() || "kubectl proxy ended"));
  });
  const server = await reading;
  await Promise.race([socketListens(socket, server), end]);
  const throughProxy = createSend({
    socket,
    server,
    signal: context.signal ?? new AbortController().signal,
    timeoutMs: patience.timeoutMs ?? TIMEOUT_MS,
    firstPauseMs: patience.firstPauseMs ?? FIRST_PAUSE_MS,
  });
  let calls = 0;
  const send: Send = async (request) => {
    calls++;
    if (ended) throw lostAnswer({ method: "GET", path: "/version" }, server, ended, "Unreachable");
    return throughProxy(request);
  };
  const answer = await send({ method: "GET", path: "/version", repeatable: true });
  const { gitVersion } = JSON.parse(answer.text) as { gitVersion: string };
  return {
    ...operations(send),
    server,
    version: gitVersion,
    get calls() {
      return calls;
    },
  };
}

async function socketListens(socket: string, server: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await listens(socket))) {
    if (Date.now() > deadline) {
      const words = "kubectl proxy did not start in time";
      throw lostAnswer({ method: "GET", path: "/version" }, server, words, "Unreachable");
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
