/** Tenants with charts of each generation on real parts, and what their pods are given. */
import { cpSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ClearmlApi } from "./clearml-api/server.ts";
import { newest, startDeployment } from "./deployment.ts";
import { admits, type Policy, type Source } from "./network-policies.ts";
import type { ActionRun } from "./run-action.ts";

const TENANTS = resolve(import.meta.dirname, "../fixtures/tenants");

/** What the control plane and the shared Redis keep in the cluster. Unmistakable, so that a leak is found. */
export const KEPT = {
  systemKey: "CANARYSYSTEMKEY000000000000001",
  systemSecret: "canary-system-secret-0000000001",
  signingKey: "canary-signing-key-of-the-server",
  redisPassword: "canary-password-of-the-shared-redis",
};

export interface TenantComponents {
  api: ClearmlApi;
  /** Deploys all of them in one run. */
  deploy(): Promise<ActionRun>;
  items(kind: string, namespace: string): Item[];
  item(kind: string, namespace: string, name: string): Item;
  /** What the processes of a Deployment's pods are given, secrets read. */
  environment(namespace: string, name: string): Record<string, string>;
  /** Values that Helm was given. */
  config(namespace: string, release: string): Record<string, unknown>;
  /** Whether a source reaches a port of all pods whose name starts so. */
  reaches(source: Source, namespace: string, name: string, port: number): boolean;
  stop(): Promise<void>;
}

export interface Item {
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  data: Record<string, string>;
  spec: {
    type?: string;
    selector?: Record<string, string>;
    ports?: { port: number; nodePort?: number; targetPort: number }[];
    template: { spec: { containers: Container[] } };
  };
}

interface Container {
  image: string;
  env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[];
}

/** Starts everything; the tenants of the fixtures are the only ones. */
export async function startTenantComponents(): Promise<TenantComponents> {
  const deployment = await startDeployment();
  const { kubectl, folder } = deployment.world;
  leaveSecrets(kubectl);
  deployment.edit(
    "overrides/control-plane.yaml",
    "clearmlApplications:\n",
    "clearmlApplications:\n  queueMode: per_tenant\n",
  );
  rmSync(join(folder, "tenants"), { recursive: true });
  cpSync(TENANTS, join(folder, "tenants"), { recursive: true });
  const api = await deployment.world.api();
  // A look at the cluster is good until the next run.
  const seen = new Map<string, Item[]>();
  const items = (kind: string, namespace: string) => {
    const known = seen.get(`${kind} ${namespace}`);
    if (known) return known;
    const text = kubectl("-n", namespace, "get", kind, "-o", "json");
    const list = (JSON.parse(text) as { items: Item[] }).items;
    seen.set(`${kind} ${namespace}`, list);
    return list;
  };
  const item = (kind: string, namespace: string, name: string) =>
    found(items(kind, namespace), ({ metadata }) => metadata.name === name, `${kind} ${namespace}/${name}`);
  return {
    api,
    deploy() {
      seen.clear();
      return deployment.act("deploy-tenant", { tenant: "*", "api-url": api.url });
    },
    items,
    item,
    environment(namespace, name) {
      const [container] = item("deployments", namespace, name).spec.template.spec.containers;
      const entries = (container?.env ?? []).map(({ name: variable, value, valueFrom }) => {
        if (!valueFrom) return [variable, value ?? ""];
        const { name: secret, key } = valueFrom.secretKeyRef;
        const { data } = item("secrets", namespace, secret);
        return [variable, Buffer.from(data[key] ?? "", "base64").toString()];
      });
      return Object.fromEntries(entries) as Record<string, string>;
    },
    config(namespace, name) {
      const isIt = (each: { namespace: string; name: string }) =>
        each.namespace === namespace && each.name === name;
      return found(newest(deployment.releases()), isIt, `release ${namespace}/${name}`).record.config;
    },
    reaches(source, namespace, name, port) {
      const policies = items("networkpolicies", namespace) as unknown as Policy[];
      const pods = items("pods", namespace).filter(({ metadata }) => metadata.name.startsWith(name));
      if (pods.length === 0) throw new Error(`no pods ${namespace}/${name}`);
      return pods.every(({ metadata: { labels } }) => admits(policies, source, { namespace, labels, port }));
    },
    stop: () => deployment.stop(),
  };
}

/** The control plane itself is not needed: this is all that tenants take from it. */
function leaveSecrets(kubectl: (...args: string[]) => string): void {
  const leave = (namespace: string, name: string, values: Readonly<Record<string, string>>) => {
    const literals = Object.entries(values).map(([key, value]) => `--from-literal=${key}=${value}`);
    kubectl("create", "namespace", namespace);
    kubectl("-n", namespace, "create", "secret", "generic", name, ...literals);
  };
  leave("clearml", "clearml-conf", {
    apiserver_key: KEPT.systemKey,
    apiserver_secret: KEPT.systemSecret,
    secure_auth_token_secret: KEPT.signingKey,
  });
  leave("redis-shared", "redis", { "redis-password": KEPT.redisPassword });
}

function found<T>(all: readonly T[], isIt: (each: T) => boolean, what: string): T {
  const one = all.find(isIt);
  if (one === undefined) throw new Error(`no ${what}`);
  return one;
}
