/** Requests to a test cluster under a field manager's name: people are played by kubectl, controllers by this. */
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { text } from "node:stream/consumers";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";

export interface ClusterApi {
  get<T = KubernetesObject>(path: string): Promise<T>;
  /** JSON merge patch; `path` may name a subresource. */
  merge(path: string, manager: string, patch: object): Promise<KubernetesObject>;
  /** JSON patch. */
  patch(path: string, manager: string, operations: readonly object[]): Promise<KubernetesObject>;
  /** Server-side apply, taking what others own. */
  apply(path: string, manager: string, object: object): Promise<KubernetesObject>;
  create(path: string, manager: string, object: object): Promise<KubernetesObject>;
  remove(path: string): Promise<void>;
  stop(): void;
}

interface KubeconfigFile {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
  users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
}

/** The API of a cluster for the user of a kubeconfig of the test clusters, which are JSON. */
export function clusterApi(kubeconfig: string): ClusterApi {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as KubeconfigFile;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  if (!cluster || !user) throw new Error(`${kubeconfig} has no cluster or no user`);
  const decoded = (data: string) => Buffer.from(data, "base64");
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
  });
  const send = async (method: string, path: string, type: string, body?: object): Promise<unknown> => {
    const answer = await sent(`${cluster.server}${path}`, { method, agent, type, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body);
  };
  const write = (method: string, type: string) => (path: string, manager: string, body: object) => {
    const query = new URLSearchParams({ fieldManager: manager });
    if (type === APPLY) query.set("force", "true");
    return send(method, `${path}?${query}`, type, body) as Promise<KubernetesObject>;
  };
  return {
    get: <T>(path: string) => send("GET", path, JSON_TYPE) as Promise<T>,
    merge: write("PATCH", "application/merge-patch+json"),
    patch: write("PATCH", "application/json-patch+json"),
    apply: write("PATCH", APPLY),
    create: write("POST", JSON_TYPE),
    remove: async (path) => void (await send("DELETE", path, JSON_TYPE)),
    stop: () => agent.destroy(),
  };
}

const JSON_TYPE = "application/json";
const APPLY = "application/apply-patch+yaml";

interface Asked {
  method: string;
  agent: Agent;
  type: string;
  body: object | undefined;
}

function sent(url: string, { method, agent, type, body }: Asked): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers: { "content-type": type } }, (response) => {
      text(response).then(
        (answered) => resolve({ status: response.statusCode ?? 0, body: answered }),
        reject,
      );
    });
    outgoing.once("error", reject);
    outgoing.end(body && JSON.stringify(body));
  });
}
