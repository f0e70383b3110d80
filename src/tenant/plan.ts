import { sameDomains } from "../clearml/domains.ts";
import {
  type CredentialState,
  credentialLabel,
  type TenantState,
  type TenantStep,
  type WantedTenant,
} from "./model.ts";

/** The steps from `state` to `wanted`, in the order in which they must be taken; unchanged parts are listed too. */
export function planTenant(wanted: WantedTenant, state: TenantState): TenantStep[] {
  const missing = [...new Set(wanted.queues)].filter((name) => !state.queues.includes(name));
  return [
    { kind: "company", action: state.companyId === undefined ? "create" : "none", name: wanted.company },
    { kind: "admin", action: adminAction(state), email: wanted.admin.email },
    ...wanted.consumers.map((consumer): TenantStep => {
      const label = credentialLabel(consumer, wanted.namespace);
      return { kind: "credentials", consumer, label, ...credentialAction(state.credentials[consumer]) };
    }),
    { kind: "domains", domains: wanted.domains, ...domainAction(wanted.domains, state.domains) },
    { kind: "queues", action: missing.length > 0 ? "create" : "none", queues: missing },
  ];
}

function adminAction({ companyId, adminUserId, record }: TenantState): "create" | "remember" | "none" {
  if (companyId === undefined || adminUserId === undefined) return "create";
  const remembered = record?.companyId === companyId && record.adminUserId === adminUserId;
  return remembered ? "none" : "remember";
}

type CredentialAction = { action: "create" | "replace" | "clean" | "keep"; reason: string };

function credentialAction(state: CredentialState | undefined): CredentialAction {
  if (state?.usable) {
    // Left over when a run ended between saving the new key and revoking the old one.
    if (state.labelled > 1)
      return { action: "clean", reason: `${state.labelled - 1} older keys are still valid` };
    return { action: "keep", reason: "the remembered key works" };
  }
  if (!state || (state.labelled === 0 && !state.remembered)) {
    return { action: "create", reason: "there is none" };
  }
  if (!state.remembered) return { action: "replace", reason: "its secret is lost" };
  return { action: "replace", reason: "the remembered key is not this tenant's, revoked or expired" };
}

function domainAction(
  wanted: readonly string[],
  current: readonly string[] | undefined,
): { action: "set" | "none"; reason: string } {
  if (wanted.length === 0) return { action: "none", reason: "the tenant names no domains" };
  if (current === undefined) return { action: "set", reason: "the server does not tell the current ones" };
  if (sameDomains(wanted, current)) return { action: "none", reason: "as wanted" };
  return { action: "set", reason: `now ${current.length === 0 ? "none" : current.join(", ")}` };
}

/** A step in words, for logs and plans. */
export function describeStep(step: TenantStep): string {
  switch (step.kind) {
    case "company":
      return `company "${step.name}": ${step.action === "create" ? "create" : "exists"}`;
    case "admin":
      return `administrator ${step.email}: ${{ create: "create", remember: "remember its id", none: "exists" }[step.action]}`;
    case "credentials":
      return `credentials ${step.label}: ${step.action} (${step.reason})`;
    case "domains":
      return `domains ${step.domains.join(", ") || "-"}: ${step.action === "set" ? "set" : "unchanged"} (${step.reason})`;
    case "queues":
      return `queues: ${step.action === "create" ? `create ${step.queues.join(", ")}` : "all exist"}`;
  }
}
