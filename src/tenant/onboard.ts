import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import { ClearmlApiError } from "../clearml/errors.ts";
import { requireEnterpriseKey, serverInfo } from "../clearml/server.ts";
import type { Context } from "../core/context.ts";
import { applyTenant } from "./apply.ts";
import { changes, type TenantMemory, type TenantState, type TenantStep, type WantedTenant } from "./model.ts";
import { planTenant } from "./plan.ts";
import { readTenant } from "./read.ts";

export interface OnboardedTenant {
  changed: boolean;
  companyId: string;
  adminUserId: string;
  /** Key pairs by consumer; masked. */
  credentials: Readonly<Record<string, Credentials>>;
  /** Everything that was looked at, with what was done about it. */
  steps: readonly TenantStep[];
}

/** Answers may get lost this often before the run gives up. */
const ROUNDS = 3;

/**
 * The steps that would be taken, without taking them.
 * @throws UserError as `onboardTenant`
 */
export async function planOnboarding(
  api: ClearmlApi,
  wanted: WantedTenant,
  memory: TenantMemory,
): Promise<{ state: TenantState; steps: TenantStep[] }> {
  await requireEnterpriseKey(api);
  const trimmed = withoutOuterSpaces(wanted);
  const state = await readTenant(api, trimmed, memory);
  return { state, steps: planTenant(trimmed, state) };
}

/** The server strips names before it keeps them; unstripped ones would never be found again. */
function withoutOuterSpaces(wanted: WantedTenant): WantedTenant {
  const { company, admin, queues } = wanted;
  return {
    ...wanted,
    company: company.trim(),
    admin: { name: admin.name.trim(), email: admin.email.trim() },
    queues: queues.map((name) => name.trim()),
  };
}

/**
 * Makes the tenant what `wanted` says: company, administrator, one key pair per consumer, SSO domains, queues. A
 * second run changes nothing; a run that was cut off is completed by the next one without duplicates.
 * @throws UserError when the server is no Enterprise server, the key may not administer it, the company's name is
 * ambiguous or the administrator's e-mail belongs to another tenant; ClearmlApiError
 */
export async function onboardTenant(
  context: Pick<Context, "log" | "secrets">,
  api: ClearmlApi,
  tenant: WantedTenant,
  memory: TenantMemory,
): Promise<OnboardedTenant> {
  const wanted = withoutOuterSpaces(tenant);
  const work = { context, api, wanted, memory };
  const { version } = await serverInfo(api);
  await requireEnterpriseKey(api);
  context.log.info(`tenant ${wanted.name}: ClearML server ${version} at ${api.url}`);
  const attempted: TenantStep[] = [];
  for (let round = 1; ; round++) {
    const state = await readTenant(api, wanted, memory);
    const steps = planTenant(wanted, state);
    try {
      const { foundAdmin, ...ids } = await applyTenant(work, state, steps, (step) => attempted.push(step));
      if (foundAdmin && round < ROUNDS) continue;
      const credentials = await rememberedCredentials(wanted, memory);
      return { changed: attempted.length > 0, ...ids, credentials, steps: merged(steps, attempted) };
    } catch (thrown) {
      // Nobody knows whether the server did the work: look before doing it again.
      if (!(thrown instanceof ClearmlApiError && thrown.lost) || round === ROUNDS) throw thrown;
      context.log.info(`tenant ${wanted.name}: ${thrown.message}; reading the state again`);
    }
  }
}

/** The last plan, with what earlier rounds did in place of what they left nothing to do for. */
function merged(last: readonly TenantStep[], attempted: readonly TenantStep[]): TenantStep[] {
  const key = (step: TenantStep) => (step.kind === "credentials" ? step.label : step.kind);
  return last.map((step) =>
    changes(step) ? step : (attempted.find((each) => key(each) === key(step)) ?? step),
  );
}

async function rememberedCredentials(
  { consumers }: WantedTenant,
  memory: TenantMemory,
): Promise<Record<string, Credentials>> {
  const pairs = await Promise.all(
    consumers.map(async (consumer) => [consumer, await memory.loadCredentials(consumer)] as const),
  );
  return Object.fromEntries(pairs.flatMap(([consumer, pair]) => (pair ? [[consumer, pair]] : [])));
}
