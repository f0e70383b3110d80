import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, count, duration, lines, text } from "../core/fields.ts";
import { ASK_ABOUT_RUNS, CHECKOUT, PLAN_COMMENT } from "../core/token-rights.ts";
import { DEPLOYMENT_INPUTS, deploymentOptions } from "../deploy/inputs.ts";

export const deployTenant = action({
  name: "deploy-tenant",
  description:
    "Onboards tenants: company, admin, credentials, queues, namespace, network policies, agent and gateway; rotates their credentials and removes them again",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    tenant: lines("Name of the tenant in the environment file; several, one per line; `*` for all"),
    mode: choice(
      "What to do: `plan` says what would be done and writes nothing, `apply` brings the tenant to what the files say",
      ["plan", "apply"],
    ).prefault("apply"),
    state: choice("Whether the tenant should be there; `absent` removes it with everything it has", [
      "present",
      "absent",
    ]).prefault("present"),
    "confirm-delete": text("With `state: absent`, the name of the tenant once more").optional(),
    components: lines("Only these components of the tenant, one per line; all when left out").prefault(""),
    "rotate-credentials": lines(
      "Whose credentials get exchanged, one per line: `agent`, `gateway`; the old ones are revoked once the new ones are in use",
    ).prefault(""),
    "max-failures": count("Of several tenants, how many may fail before no more are begun").prefault("0"),
    "on-failure": choice(
      "After a failure: `stop` leaves everything for you to look at, `failed` rolls the failed releases back, `group` all of the tenant that this run has touched",
      ["stop", "failed", "group"],
    ).prefault("stop"),
    "api-url": text(
      "Address of the ClearML API server as the runner reaches it; the public address when left out",
    ).optional(),
    timeout: duration("How long to wait for one component to become ready").prefault("10m"),
    "lock-timeout": duration(
      "How long to wait for another run of the same tenant to end, before giving up with exit code 75",
    ).prefault("5m"),
    ...DEPLOYMENT_INPUTS,
  }),
  outputs: z.object({
    changed: z.boolean().meta({
      description: "Whether anything was changed; with `mode: plan`, whether it would be",
    }),
    plan: z.string().meta({ description: "Path of the plan file that was written" }),
    "company-id": z.string().meta({ description: "Id of the tenant's company; of one tenant only" }),
    "admin-user-id": z.string().meta({ description: "Id of the tenant's admin user; of one tenant only" }),
    namespace: z.string().meta({ description: "Namespace of the tenant; of one tenant only" }),
    "gateway-url": z.string().meta({ description: "Address of the tenant's gateway; of one tenant only" }),
    tenants: z.array(z.record(z.string(), z.unknown())).meta({
      description:
        "JSON list of the tenants: tenant, outcome (unchanged, changed, failed, not started), companyId, gatewayUrl, message",
    }),
    releases: z.array(z.record(z.string(), z.unknown())).meta({
      description: "JSON list of the releases: component, namespace, release, action, version, revision",
    }),
    evidence: z.string().meta({
      description: "Folders with events, logs and states of what failed, one per line, for `upload-artifact`",
    }),
  }),
  permissions: [CHECKOUT, ASK_ABOUT_RUNS, PLAN_COMMENT],
  examples: [
    { does: "Say what would be done for two tenants", inputs: { tenant: ["acme", "globex"], mode: "plan" } },
    { does: "Onboard a tenant, or bring it to what its files say", inputs: { tenant: "acme" } },
    {
      does: "Remove a tenant with everything it has",
      inputs: { tenant: "acme", state: "absent", "confirm-delete": "acme" },
    },
  ],
  async run(inputs, context, outputs) {
    const options = {
      config: inputs.config,
      tenants: inputs.tenant,
      mode: inputs.mode,
      components: inputs.components,
      rotate: inputs["rotate-credentials"],
      maxFailures: inputs["max-failures"],
      ...deploymentOptions(inputs),
      apiUrl: inputs["api-url"],
      timeoutMs: inputs.timeout,
      confirmDelete: inputs["confirm-delete"],
    };
    const { removeTenants } = await import("../deploy/tenant/removal/remove.ts");
    const { deployTenants } = await import("../deploy/tenant/tenants.ts");
    const work = inputs.state === "absent" ? removeTenants : deployTenants;
    await work(options, context, ({ changed, plan, evidence, namespace, ...known }) => {
      Object.assign(outputs, definedOf({ changed, plan, evidence, namespace }));
      if (known.companyId) outputs["company-id"] = known.companyId;
      if (known.adminUserId) outputs["admin-user-id"] = known.adminUserId;
      if (known.gatewayUrl) outputs["gateway-url"] = known.gatewayUrl;
      if (known.releases) outputs.releases = [...known.releases];
      if (known.tenants) outputs.tenants = known.tenants.map(shownTenant);
    });
    return undefined;
  },
});

function definedOf<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** What the output says of a tenant. */
function shownTenant(result: {
  tenant: string;
  outcome: string;
  companyId?: string;
  gatewayUrl?: string;
  message?: string;
}): Record<string, unknown> {
  const { tenant, outcome, companyId, gatewayUrl, message } = result;
  return definedOf({ tenant, outcome, companyId, gatewayUrl, message });
}
