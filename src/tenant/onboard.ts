import type { ClearmlApi, Credentials } from "../clearml/api.ts";
import { type Company, listCompanies } from "../clearml/companies.ts";
import { ClearmlApiError } from "../clearml/errors.ts";
import { requireEnterpriseKey, serverInfo } from "../clearml/server.ts";
import type { Context } from "../core/context.ts";
import { applyTenant } from "./apply.ts";
import {
  changes,
  type TenantMemory,
  type TenantRecord,
  type TenantState,
  type TenantStep,
  type WantedTenant,
} from "./model.ts";
import { describeStep, planTenant } from "./plan.ts";
import { type ReadTenant, readTenant } from "./read.ts";

export interface OnboardOptions {
  /** Consumers that are to get a new key although theirs works. */
  rotate?: readonly string[];
  /** The companies of the server, where many tenants share one listing. Default: listed for this tenant alone. */
  companies?: () => Promise<readonly Company[]>;
}

/** A tenant as it is, and what is to be done about it. */
export interface TenantLook {
  /** Everything that was looked at, with what is to be done about it. */
  steps: readonly TenantStep[];
  record?: TenantRecord;
  companyId?: string;
  adminUserId?: string;
  /** Key pairs that are remembered and usable, by consumer; masked. */
  credentials: Readonly<Record<string, Credentials>>;
  /** By consumer: access keys with its label that are valid beside the usable one. */
  older: Readonly<Record<string, readonly string[]>>;
}

export interface OnboardedTenant {
  changed: boolean;
  companyId: string;
  adminUserId: string;
  /** What is remembered now. */
  record: TenantRecord;
  /** Key pairs by consumer; masked. */
  credentials: Readonly<Record<string, Credentials>>;
  /** By consumer: access keys that are still valid, to be revoked once nothing runs with them: `retireOlderKeys`. */
  older: Readonly<Record<string, readonly string[]>>;
  /** Everything that was looked at, with what was done about it. */
  steps: readonly TenantStep[];
}

type OnboardContext = Pick<Context, "log" | "secrets">;

/** Answers may get lost this often before the run gives up. */
const ROUNDS = 3;

/**
 * The tenant as it is and the steps that would be taken, without taking them. Reads only.
 * @throws UserError as `onboardTenant`
 */
export async function lookAtTenant(
  context: Pick<Context, "log">,
  api: ClearmlApi,
  tenant: WantedTenant,
  memory: TenantMemory,
  options: OnboardOptions = {},
): Promise<TenantLook> {
  const wanted = withoutOuterSpaces(tenant);
  await requireEnterpriseKey(api);
  const companies = await (options.companies?.() ?? listCompanies(api));
  const { state, remembered } = await readTenant(api, wanted, memory, companies);
  const usable = Object.entries(remembered).filter(([consumer]) => state.credentials[consumer]?.usable);
  const credentials = Object.fromEntries(usable);
  const { record, companyId, adminUserId } = state;
  const steps = planTenant(wanted, state, options.rotate);
  for (const step of steps) context.log.debug(`tenant ${wanted.name}: ${describeStep(step)}`);
  return {
    steps,
    ...(record ? { record } : {}),
    ...(companyId === undefined ? {} : { companyId }),
    ...(adminUserId === undefined ? {} : { adminUserId }),
    credentials,
    older: olderKeys(state, credentials),
  };
}

/** The server strips names before it keeps them; unstripped ones would never be found again. */
function withoutOuterSpaces(wanted: WantedTenant): WantedTenant {
  const { company, admin, queues } = wanted;
  return {
    ...wanted,
    company: company.trim(),
    admin: { ...admin, name: admin.name.trim(), email: admin.email.trim() },
    queues: queues.map((name) => name.trim()),
  };
}

/**
 * Makes the tenant what `wanted` says: company, administrator, one key pair per consumer, SSO domains, queues. A
 * second run changes nothing; a run that was cut off is completed by the next one without duplicates. Keys that were
 * replaced stay valid.
 * @throws UserError when the server is no Enterprise server, the key may not administer it, the company's name is
 * ambiguous or the administrator's e-mail belongs to another tenant; ClearmlApiError
 */
export async function onboardTenant(
  context: OnboardContext,
  api: ClearmlApi,
  tenant: WantedTenant,
  memory: TenantMemory,
  options: OnboardOptions = {},
): Promise<OnboardedTenant> {
  const wanted = withoutOuterSpaces(tenant);
  const work = { context, api, wanted, memory };
  const { version } = await serverInfo(api);
  await requireEnterpriseKey(api);
  context.log.info(`tenant ${wanted.name}: ClearML server ${version} at ${api.url}`);
  const attempted: TenantStep[] = [];
  for (let round = 1; ; round++) {
    try {
      // A listing made before an answer got lost does not tell what became of the call.
      const listing = round === 1 ? options.companies?.() : undefined;
      const read = await readTenant(api, wanted, memory, await (listing ?? listCompanies(api)));
      const steps = planTenant(wanted, read.state, options.rotate);
      const { remembered } = read;
      const onAttempt = (step: TenantStep) => void attempted.push(step);
      const applied = await applyTenant(work, read.state, steps, { remembered, onAttempt });
      if (!applied.foundAdmin || round === ROUNDS)
        return onboarded(read, applied, merged(steps, attempted), attempted.length > 0);
    } catch (thrown) {
      // Nobody knows whether the server did the work: look before doing it again.
      const lost = thrown instanceof ClearmlApiError && thrown.lost && attempted.length > 0;
      if (!lost || round === ROUNDS) throw thrown;
      context.log.info(`tenant ${wanted.name}: ${thrown.message}; reading the state again`);
    }
  }
}

function onboarded(
  { state }: ReadTenant,
  { record, credentials }: Awaited<ReturnType<typeof applyTenant>>,
  steps: readonly TenantStep[],
  changed: boolean,
): OnboardedTenant {
  const { companyId, adminUserId } = record;
  return {
    changed,
    companyId,
    adminUserId,
    record,
    credentials,
    older: olderKeys(state, credentials),
    steps,
  };
}

/** By consumer: the keys with its label, but the one that is kept. */
function olderKeys(
  { credentials }: TenantState,
  kept: Readonly<Record<string, Credentials>>,
): Record<string, readonly string[]> {
  const older = Object.entries(credentials).map(([consumer, { labelled }]): [string, string[]] => [
    consumer,
    labelled.filter((accessKey) => accessKey !== kept[consumer]?.accessKey),
  ]);
  return Object.fromEntries(older.filter(([, keys]) => keys.length > 0));
}

/** The last plan, with what earlier rounds did in place of what they left nothing to do for. */
function merged(last: readonly TenantStep[], attempted: readonly TenantStep[]): TenantStep[] {
  const key = (step: TenantStep) => (step.kind === "credentials" ? step.label : step.kind);
  return last.map((step) =>
    changes(step) ? step : (attempted.find((each) => key(each) === key(step)) ?? step),
  );
}
