import { CATALOGUE } from "../../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../../src/catalogue/model.ts";
import { createHttp } from "../../../../src/core/http.ts";
import { createSecrets } from "../../../../src/core/secrets.ts";
import type { Facts } from "../../../../src/drift/facts.ts";
import type { Scan } from "../../../../src/drift/model.ts";
import type { TenantReleaseRecord } from "../../../../src/drift/tenants/look.ts";
import type { ComponentUse, Environment, Tenant } from "../../../../src/environment/model.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { ACME, type Memory, SYSTEM_KEY } from "../../tenant/support.ts";

/** A component of a tenant, or of the cluster. */
export function use(id: ComponentId, tenant?: string): ComponentUse {
  const place = tenant === undefined ? {} : { tenant };
  return {
    ...{ id, definition: CATALOGUE[id], enabled: true, ...place, overrides: [], needs: [], path: [] },
    namespace: tenant ?? CATALOGUE[id].namespace,
    release: CATALOGUE[id].release,
  } as unknown as ComponentUse;
}

/** A tenant as the one that the tests of onboarding make. */
export function tenantLike(changes: Partial<Tenant> = {}): Tenant {
  const { name, namespace, company, admin, domains, queues } = ACME;
  const components = [use("agent", name), use("app-gateway", name)];
  return { name, namespace, company, admin, domains, queues, components, ...changes } as Tenant;
}

export const NOW = new Date("2026-11-22T12:00:00Z");

/** What a scan of these tenants shares. */
export function scanOf(kubernetes: Kubernetes, tenants: readonly Tenant[], url = "http://127.0.0.1:1"): Scan {
  const signal = new AbortController().signal;
  return {
    context: {
      // Nobody waits for a server that is not there.
      http: createHttp(signal, async () => undefined),
      secrets: createSecrets(() => undefined),
      signal,
    },
    environment: { name: "prod", components: [], tenants } as unknown as Environment,
    secrets: new Map(),
    kubernetes,
    uses: tenants.flatMap(({ components }) => components),
    tenants,
    now: NOW,
    options: { tlsDays: 14, apiUrl: url, managers: [] },
  } as unknown as Scan;
}

/** What the cluster remembers of tenants. */
export function factsOf(memories: Readonly<Record<string, Memory>>): Facts {
  return {
    controlPlane: {
      values: {},
      addresses: { api: "https://api.x", app: "https://app.x", files: "https://files.x" },
    },
    server: { system: SYSTEM_KEY, source: "the secret clearml-conf" },
    redisPassword: undefined,
    memory: ({ name }) => {
      const memory = memories[name];
      return memory && { ...memory, place: memory.place ?? "" };
    },
    unread: [],
  };
}

export function recordWith(changes: Partial<TenantReleaseRecord> = {}): TenantReleaseRecord {
  return { status: "deployed", values: {}, manifest: "", chartVersion: "1.0.0", ...changes };
}
