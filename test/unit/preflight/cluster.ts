/** A cluster that is nothing but lists, for checks that only read. */
import { UserError } from "../../../src/core/errors.ts";
import type { ComponentUse } from "../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../src/kubernetes/objects.ts";
import type { Look } from "../../../src/preflight/model.ts";

export interface Fake {
  /** Objects by the path of their collection, or of one object. A path that is not here is refused. */
  lists?: Readonly<Record<string, readonly object[]>>;
  objects?: Readonly<Record<string, object>>;
}

/** What a check looks at, with what the test gives; questions for anything else are refused as by RBAC. */
export function lookAt(fake: Fake, more: Partial<Look> = {}): Look {
  const refuse = (path: string): never => {
    throw new UserError({ message: `cannot read ${path}`, hint: "ask for the right" }, { kind: "cluster" });
  };
  const list = async (path: string) => (fake.lists?.[path] ?? refuse(path)) as KubernetesObject[];
  const kubernetes = {
    server: "https://cluster",
    version: "v1.35.4",
    list,
    listMetadata: list,
    get: async (path: string) =>
      fake.objects && path in fake.objects ? (fake.objects[path] as KubernetesObject) : undefined,
  };
  const look: Partial<Record<keyof Look, unknown>> = {
    context: {
      env: {},
      signal: new AbortController().signal,
      log: { debug: () => undefined, info: () => undefined },
    },
    environment: { baseDomain: "ml.example.com", components: [], edition: "enterprise" },
    kubernetes,
    helm: { major: 4, version: "v4.2.3", aliases: new Map() },
    uses: [],
    charts: new Map(),
    records: new Map(),
    namespaces: async () => new Map(),
  };
  return { ...look, ...more } as Look;
}

/** A component as an environment file names it. */
export function use(id: string, more: Partial<ComponentUse> = {}): ComponentUse {
  const at = { file: "clearml.yaml", line: 1, column: 1 };
  const kinds: Record<string, string> = { "network-isolation": "manifests", applications: "upload" };
  return {
    id,
    definition: { kind: kinds[id] ?? "chart", charts: [] },
    enabled: true,
    namespace: "clearml",
    release: id,
    overrides: [],
    needs: [],
    path: ["components", id],
    source: { locate: () => at },
    at,
    ...more,
  } as unknown as ComponentUse;
}

/** Severity and message of each finding. */
export function told(findings: readonly { severity: string; message: string }[]): string[] {
  return findings.map(({ severity, message }) => `${severity}: ${message}`);
}
