import { sameDomains } from "../clearml/domains.ts";
import { plural } from "../core/plural.ts";
import {
  type CredentialState,
  credentialLabel,
  type KeyRecord,
  type TenantState,
  type TenantStep,
  type WantedTenant,
} from "./model.ts";

/**
 * The steps from `state` to `wanted`, in the order in which they must be taken; unchanged parts are listed too.
 * @param rotate consumers that are to get a new key although theirs works
 */
export function planTenant(
  wanted: WantedTenant,
  state: TenantState,
  rotate: readonly string[] = [],
): TenantStep[] {
  const missing = [...new Set(wanted.queues)].filter((name) => !state.queues.includes(name));
  return [
    { kind: "company", action: state.companyId === undefined ? "create" : "none", name: wanted.company },
    { kind: "admin", action: adminAction(state), email: wanted.admin.email },
    ...wanted.consumers.map((consumer): TenantStep => {
      const label = credentialLabel(consumer, wanted.namespace);
      const exchange = { asked: rotate.includes(consumer), begun: state.record?.keys?.[consumer] };
      const action = credentialAction(state.credentials[consumer], exchange);
      return { kind: "credentials", consumer, label, ...action };
    }),
    { kind: "domains", domains: wanted.domains, ...domainAction(wanted.domains, state.domains) },
    { kind: "queues", action: missing.length > 0 ? "create" : "none", queues: missing },
  ];
}

function adminAction({ companyId, adminUserId, record }: TenantState): "create" | "remember" | "none" {
  if (companyId === undefined || adminUserId === undefined) return "create";
  const remembered = record?.companyId === companyId && record.adminUserId === adminUserId;
  const ended = record?.creatingAdmin === undefined && record?.helperUserId === undefined;
  return remembered && ended ? "none" : "remember";
}

type CredentialAction = Pick<Extract<TenantStep, { kind: "credentials" }>, "action" | "reason">;

/** An exchange that is asked for, and one that was begun before. */
interface Exchange {
  asked: boolean;
  begun: KeyRecord | undefined;
}

function credentialAction(state: CredentialState | undefined, exchange: Exchange): CredentialAction {
  if (state?.usable) return actionForUsable(state, exchange);
  if (!state || (state.labelled.length === 0 && !state.remembered))
    return { action: "create", reason: "there is none" };
  if (!state.remembered) return { action: "replace", reason: "its secret is lost" };
  return { action: "replace", reason: "the remembered key is not this tenant's, revoked or expired" };
}

/** An exchange that was begun is ended before another one begins. */
function actionForUsable(
  { labelled, replaced }: CredentialState,
  { asked, begun }: Exchange,
): CredentialAction {
  if (replaced) return { action: "rotate", reason: "a rotation that was begun goes on" };
  if (asked && !begun) return { action: "rotate", reason: "as asked for" };
  if (labelled.length > 1) {
    const older = plural(labelled.length - 1, "older key");
    return { action: "retire", reason: `the remembered key works; ${older} to revoke` };
  }
  if (begun) return { action: "retire", reason: "the remembered key works; pods may run with an older one" };
  return { action: "keep", reason: "the remembered key works" };
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
