import { CATALOGUE } from "../../../../src/catalogue/index.ts";
import type { ComponentId } from "../../../../src/catalogue/model.ts";
import type { Scan } from "../../../../src/drift/model.ts";
import type { PolicyRecord } from "../../../../src/drift/policies/expected.ts";
import type { ComponentUse, Environment, OverrideFile, Tenant } from "../../../../src/environment/model.ts";
import type { Kubernetes } from "../../../../src/kubernetes/api.ts";
import { parseYaml } from "../../../../src/yaml/source.ts";

export function use(id: ComponentId, tenant?: string, overrides: readonly string[] = []): ComponentUse {
  const files = overrides.map(
    (text, index) => ({ file: `${index}.yaml`, source: parseYaml(text, `${index}.yaml`) }) as OverrideFile,
  );
  return {
    ...{ id, definition: CATALOGUE[id], enabled: true, overrides: files, needs: [], path: [] },
    ...(tenant === undefined ? {} : { tenant }),
    namespace: tenant ?? CATALOGUE[id].namespace ?? "clearml",
    release: CATALOGUE[id].release,
  } as unknown as ComponentUse;
}

export function tenantOf(name: string, components: readonly ComponentUse[]): Tenant {
  return { name, namespace: name, components } as unknown as Tenant;
}

/** A scan of an environment with these components and tenants, all of them. */
export function scanOf(
  kubernetes: Kubernetes,
  components: readonly ComponentUse[],
  tenants: readonly Tenant[] = [],
  secrets: Readonly<Record<string, string>> = {},
): Scan {
  const environment = {
    ...{ name: "prod", baseDomain: "ml.example.com", variables: {}, secrets: ["ALLOWED"] },
    ...{ components, tenants },
  } as unknown as Environment;
  return {
    ...{ environment, tenants, kubernetes, secrets: new Map(Object.entries(secrets)) },
    uses: [components, tenants.flatMap((tenant) => tenant.components)].flat(),
    tag: Object.assign((text: string) => `tag-${text.length}`, { key: {} }),
    options: { tlsDays: 14, managers: [] },
  } as unknown as Scan;
}

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: {name: gw}
spec:
  selector: {app: gw}
  ports: [{port: 8080}]
---
apiVersion: v1
kind: Service
metadata: {name: gw-streams}
spec:
  type: LoadBalancer
  selector: {app: gw}
  ports: [{port: 30010}, {port: 30011}]
`;

export function record(chart: string, changes: Partial<PolicyRecord> = {}): PolicyRecord {
  return { chart, values: {}, manifest: SERVICE, status: "deployed", ...changes };
}
