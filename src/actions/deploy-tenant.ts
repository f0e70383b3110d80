import { z } from "zod";
import { action } from "../core/action.ts";
import { choice, duration, lines, text } from "../core/fields.ts";
import { deployTenant as deploy } from "../deploy/tenant/tenant.ts";

export const deployTenant = action({
  name: "deploy-tenant",
  description:
    "Onboards a tenant: company, admin, credentials, queues, namespace, network policies, agent and gateway",
  inputs: z.object({
    config: text("Path of the environment file").prefault("clearml.yaml"),
    tenant: text("Name of the tenant in the environment file"),
    mode: choice("What to do: `apply` brings the tenant to what the files say", ["apply"]).prefault("apply"),
    state: choice("Whether the tenant should be there", ["present"]).prefault("present"),
    components: lines("Only these components of the tenant, one per line; all when left out").prefault(""),
    "api-url": text(
      "Address of the ClearML API server as the runner reaches it; the public address when left out",
    ).optional(),
    timeout: duration("How long to wait for one component to become ready").prefault("10m"),
  }),
  outputs: z.object({
    changed: z.boolean().meta({ description: "Whether anything was changed" }),
    "company-id": z.string().meta({ description: "Id of the tenant's company" }),
    "admin-user-id": z.string().meta({ description: "Id of the tenant's admin user" }),
    namespace: z.string().meta({ description: "Namespace of the tenant" }),
    "gateway-url": z.string().meta({ description: "Address of the tenant's gateway" }),
  }),
  async run(inputs, context, outputs) {
    const { config, tenant, components, timeout, "api-url": apiUrl } = inputs;
    const options = { config, tenant, components, timeoutMs: timeout, ...(apiUrl ? { apiUrl } : {}) };
    await deploy(options, context, (report) => {
      if (report.changed !== undefined) outputs.changed = report.changed;
      if (report.companyId) outputs["company-id"] = report.companyId;
      if (report.adminUserId) outputs["admin-user-id"] = report.adminUserId;
      if (report.namespace) outputs.namespace = report.namespace;
      if (report.gatewayUrl) outputs["gateway-url"] = report.gatewayUrl;
    });
    return undefined;
  },
});
