/** Plays the containers of a tenant's pods, which nodes of the test cluster do not run. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { MadeTenant, TenantWorld } from "./tenant-world.ts";

export interface PlayedPods {
  /** Pods whose key the server refused while they were running, in words. */
  readonly refused: string[];
  /** Access keys that running pods use now. */
  keys(): string[];
  stop(): void;
}

interface Pod {
  name: string;
  accessKey: string;
  secretKey: string;
}

const EVERY_MS = 200;
/** A pod that is just ending may be told so by the cluster a little later than by the server. */
const ENDING_MS = 1_000;
const KEY = "CLEARML_API_ACCESS_KEY";
const SECRET = "CLEARML_API_SECRET_KEY";

function reference(variable: string): string {
  const [field] = [`.spec.containers[*].env[?(@.name=="${variable}")].valueFrom.secretKeyRef`];
  return `{${field}.name}:{${field}.key}`;
}

const LINE = `jsonpath={.metadata.name} {.status.phase}{.metadata.deletionTimestamp} ${reference(KEY)} ${reference(SECRET)}{"\\n"}`;

/**
 * From now on every pod of the tenant that has a key pair in its environment reads it once, when it starts to run, and
 * logs in with it until it ends.
 */
export function playPods({ deployment, api }: TenantWorld, { name: namespace }: MadeTenant): PlayedPods {
  const { tools, cluster, kubectl } = deployment.world;
  const running = new Map<string, Pod>();
  const refused: string[] = [];
  const options = ["--kubeconfig", cluster.kubeconfig, "-n", namespace, "get", "pods", "--watch", "-o", LINE];
  const watch = spawn(tools.kubectl, options, { stdio: ["ignore", "pipe", "ignore"] });
  createInterface({ input: watch.stdout }).on("line", (line) => {
    const [pod = "", phase, key = ":", secret = ":"] = line.trim().split(" ");
    if (key === ":") return;
    if (phase !== "Running") running.delete(pod);
    else if (!running.has(pod)) {
      const value = (of: string) => secretValue(kubectl, namespace, of);
      running.set(pod, { name: pod, accessKey: value(key), secretKey: value(secret) });
    }
  });
  const use = async (pod: Pod) => {
    if (await isAccepted(api.url, namespace, pod)) return;
    await pause(ENDING_MS);
    if (running.get(pod.name) === pod)
      refused.push(`${pod.name} ran with ${pod.accessKey}, which was revoked`);
  };
  const timer = setInterval(() => {
    for (const pod of running.values()) void use(pod).catch(() => undefined);
  }, EVERY_MS);
  return {
    refused,
    keys: () => [...running.values()].map(({ accessKey }) => accessKey),
    stop() {
      clearInterval(timer);
      watch.kill();
    },
  };
}

/** @param of name and key of a Secret, with a colon between them */
function secretValue(kubectl: (...args: string[]) => string, namespace: string, of: string): string {
  const [name = "", key = ""] = of.split(":");
  return Buffer.from(
    kubectl("-n", namespace, "get", "secret", name, "-o", `jsonpath={.data.${key}}`),
    "base64",
  ).toString();
}

async function isAccepted(url: string, namespace: string, pod: Pod): Promise<boolean> {
  const pair = Buffer.from(`${pod.accessKey}:${pod.secretKey}`).toString("base64");
  const headers = { Authorization: `Basic ${pair}`, "X-Clearml-Worker": `${namespace}:${pod.name}` };
  const answer = await fetch(`${url}/auth.login`, { headers });
  await answer.arrayBuffer();
  return answer.status !== 401;
}
