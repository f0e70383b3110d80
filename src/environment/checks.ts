import type { Location, Problem } from "../core/errors.ts";
import { hasPath } from "../overrides/values.ts";
import type { ComponentUse, Environment, Tenant } from "./model.ts";

/** Keys that say something about a chart. */
const CHART_KEYS = ["version", "chart", "repository", "values"] as const;

/** What the shape of single files cannot say: names that must differ, components that exclude each other. */
export function environmentProblems(environment: Pick<Environment, "components" | "tenants">): Problem[] {
  const { components, tenants } = environment;
  return [
    ...repeated(tenants, "name", (tenant) => tenant.name, ["name"]),
    ...repeated(tenants, "namespace", (tenant) => tenant.namespace, ["namespace"]),
    ...repeated(tenants, "company", (tenant) => tenant.company.trim(), ["company"]),
    ...repeated(tenants, "e-mail address", (tenant) => tenant.admin.email.toLowerCase(), ["admin", "email"]),
    ...namespaceProblems(components, tenants),
    ...gatewayProblems(components),
    ...tenants.flatMap((tenant) => gatewayProblems(tenant.components)),
    ...[...components, ...tenants.flatMap((tenant) => tenant.components)].flatMap(unusedKeyProblems),
    ...releaseProblems([...components, ...tenants.flatMap((tenant) => tenant.components)]),
  ];
}

function repeated(
  tenants: readonly Tenant[],
  what: string,
  identityOf: (tenant: Tenant) => string,
  path: readonly string[],
): Problem[] {
  const first = new Map<string, Tenant>();
  return tenants.flatMap((tenant): Problem[] => {
    const value = identityOf(tenant);
    const earlier = first.get(value);
    if (!earlier) {
      first.set(value, tenant);
      return [];
    }
    return [
      {
        message: `two tenants have the ${what} \`${value}\`: here and ${place(fieldOf(earlier, path))}`,
        hint: `give each tenant its own ${what}`,
        at: fieldOf(tenant, path),
      },
    ];
  });
}

/** Where a tenant's file says it; its name where it goes without saying. */
function fieldOf({ source, path, at }: Tenant, field: readonly string[]): Location {
  return hasPath(source.value, [...path, ...field]) ? source.locate([...path, ...field]) : at;
}

function place(at: Location): string {
  return `at ${at.file}:${at.line}:${at.column}`;
}

/** A tenant must not live among the server's own parts. */
function namespaceProblems(components: readonly ComponentUse[], tenants: readonly Tenant[]): Problem[] {
  return tenants.flatMap((tenant) => {
    const owner = components.find(
      (use) => use.enabled && use.definition.scope === "cluster" && use.namespace === tenant.namespace,
    );
    if (!owner) return [];
    return [
      {
        message: `tenant \`${tenant.name}\` has the namespace \`${tenant.namespace}\` of component \`${owner.id}\``,
        hint: "give the tenant a namespace of its own",
        at: tenant.source.locate([...tenant.path, "namespace"]),
      },
    ];
  });
}

/** Both gateways watch the same tasks: one namespace has one of them. */
function gatewayProblems(uses: readonly ComponentUse[]): Problem[] {
  const enabled = uses.filter((use) => use.enabled);
  const gateway = enabled.find((use) => use.id === "app-gateway");
  const router = enabled.find((use) => use.id === "task-traffic-router");
  if (!gateway || !router) return [];
  return [
    {
      message: "`app-gateway` and `task-traffic-router` stand side by side",
      hint: "keep `app-gateway`; the router is the chart it replaced",
      at: router.at,
    },
  ];
}

function releaseProblems(uses: readonly ComponentUse[]): Problem[] {
  const first = new Map<string, ComponentUse>();
  return uses.flatMap((use): Problem[] => {
    if (!use.enabled || use.definition.kind !== "chart") return [];
    const key = `${use.namespace}/${use.release}`;
    const earlier = first.get(key);
    if (!earlier) {
      first.set(key, use);
      return [];
    }
    return [
      {
        message: `\`${use.id}\` and \`${earlier.id}\` are one release: \`${use.release}\` in \`${use.namespace}\``,
        hint: "set `release` or `namespace` of one of them",
        at: use.at,
      },
    ];
  });
}

/** Keys of charts on a component that has none: they would be ignored. */
function unusedKeyProblems(use: ComponentUse): Problem[] {
  const { kind } = use.definition;
  if (kind === "chart") return [];
  const keys = kind === "upload" ? ([...CHART_KEYS, "overrides"] as const) : CHART_KEYS;
  return keys
    .filter((key) => (key === "overrides" ? use.overrides.length > 0 : use[key] !== undefined))
    .map((key) => ({
      message: `component \`${use.id}\` has no chart: \`${key}\` means nothing there`,
      hint:
        kind === "manifests"
          ? "take it out; policies of your own go into files named by `overrides`"
          : "take it out; `archive` names what is uploaded",
      at: use.source.locate([...use.path, key], "key"),
    }));
}
