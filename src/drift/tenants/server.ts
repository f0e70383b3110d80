import { readDomains, sameDomains } from "../../clearml/domains.ts";
import { existingQueues } from "../../clearml/queues.ts";
import { findUser, isProtected } from "../../clearml/users.ts";
import { UserError } from "../../core/errors.ts";
import { wantedTenant } from "../../deploy/tenant/desired.ts";
import { STATE_SECRET } from "../../deploy/tenant/memory/state.ts";
import type { Tenant } from "../../environment/model.ts";
import type { TenantRecord } from "../../tenant/model.ts";
import type { ReadMemory } from "../facts.ts";
import type { Finding } from "../model.ts";
import { agentFindings } from "./agents.ts";
import { objectId, tenantFinding } from "./findings.ts";
import { credentialFindings } from "./keys.ts";
import type { TenantLook } from "./look.ts";
import { recordByHand } from "./lost.ts";

/** What was found of one tenant, and what could not be asked. */
export interface LookedAt {
  findings: readonly Finding[];
  failures: readonly UserError[];
}

/**
 * A tenant on the ClearML server against its file: company, administrator, keys, domains, queues, agent. What rests on
 * something that is missing is not looked at: one finding says it all. Nothing is written, and nobody logged in.
 */
export async function lookAtServer(look: TenantLook, tenant: Tenant): Promise<LookedAt> {
  const memory = look.facts.memory(tenant);
  // That it could not be read is said where it was read.
  if (!memory) return { findings: [], failures: [] };
  const remembered = await loadRecord(tenant, memory);
  if ("finding" in remembered) return { findings: [remembered.finding], failures: [] };
  const { record } = remembered;
  if (!record) return { findings: [await lostFinding(look, tenant, memory)], failures: [] };
  const company = companyFindings(look, tenant, record);
  if (!company.isThere) return { findings: company.findings, failures: [] };
  const admin = await caught(adminFindings(look, tenant, record));
  if (!record.adminUserId || admin.findings.length + admin.failures.length > 0)
    return { findings: [...company.findings, ...admin.findings], failures: admin.failures };
  const known = { tenant, admin: record.adminUserId, record, memory };
  const parts = await Promise.all([
    caught(credentialFindings(look, known)),
    caught(domainFindings(look, tenant, known.admin)),
    caught(queueFindings(look, tenant, known.admin)),
    caught(agentFindings(look, tenant, known.admin)),
  ]);
  return {
    findings: [...company.findings, ...parts.flatMap(({ findings }) => findings)],
    failures: parts.flatMap(({ failures }) => failures),
  };
}

async function caught(looking: Promise<readonly Finding[]>): Promise<LookedAt> {
  try {
    return { findings: await looking, failures: [] };
  } catch (thrown) {
    if (thrown instanceof UserError) return { findings: [], failures: [thrown] };
    throw thrown;
  }
}

/** The record of a tenant, or what a damaged one is. */
async function loadRecord(
  tenant: Tenant,
  memory: ReadMemory,
): Promise<{ record: TenantRecord | undefined } | { finding: Finding }> {
  try {
    return { record: await memory.load() };
  } catch (thrown) {
    const [problem] = thrown instanceof UserError ? thrown.problems : [];
    if (!problem) throw thrown;
    const { message, hint } = problem;
    const object = objectId("Secret", STATE_SECRET, tenant.namespace);
    return {
      finding: tenantFinding(tenant, { object, upgradeRepairs: false, message, ...(hint ? { hint } : {}) }),
    };
  }
}

/** A tenant of which nothing is remembered: it was never deployed, or its record is lost. */
async function lostFinding(look: TenantLook, tenant: Tenant, memory: ReadMemory): Promise<Finding> {
  const name = tenant.company.trim();
  const named = look.companies.filter((each) => each.name === name);
  const [company] = named;
  if (!company) {
    return tenantFinding(tenant, {
      ...{ path: "/company", expected: name, actual: "no such company" },
      upgradeRepairs: true,
      message: "it is not on the server: nobody has deployed it yet",
    });
  }
  const { consumers } = wantedTenant(tenant, look.facts.controlPlane);
  const keys = await Promise.all(consumers.map((consumer) => memory.loadCredentials(consumer)));
  // A deployment finds the administrator by a key, and takes none of two companies.
  const upgradeRepairs = named.length === 1 && keys.some((key) => key !== undefined);
  return tenantFinding(tenant, {
    object: objectId("Secret", STATE_SECRET, tenant.namespace),
    upgradeRepairs,
    message: `Secret ${tenant.namespace}/${STATE_SECRET} with what is remembered of it is gone, and the server has ${named.length === 1 ? "its company" : `${named.length} companies of its name`}`,
    ...(upgradeRepairs ? {} : { hint: recordByHand(look.scan, tenant, company) }),
  });
}

/** The company that is remembered, with its name. */
function companyFindings(
  { companies }: TenantLook,
  tenant: Tenant,
  record: TenantRecord,
): { findings: Finding[]; isThere: boolean } {
  const name = tenant.company.trim();
  const remembered = companies.find(({ id }) => id === record.companyId);
  const path = "/company";
  if (remembered) {
    if (remembered.name === name) return { findings: [], isThere: true };
    const renamed = tenantFinding(tenant, {
      ...{ path, expected: name, actual: remembered.name },
      upgradeRepairs: false,
      message: `its company ${remembered.id} is called "${remembered.name}" on the server`,
      hint: `correct \`company\` in the tenant's file, or the name on the server`,
    });
    return { findings: [renamed], isThere: true };
  }
  const gone = tenantFinding(tenant, {
    ...{ path, expected: `${name} (${record.companyId})`, actual: "no such company" },
    upgradeRepairs: true,
    message: `its company "${name}" is gone from the server`,
    hint: "with everything that was in it: a deployment makes an empty one",
  });
  return { findings: [gone], isThere: false };
}

async function adminFindings(
  { api }: TenantLook,
  tenant: Tenant,
  { companyId, adminUserId: id }: TenantRecord,
): Promise<Finding[]> {
  const path = "/admin";
  if (id === undefined) {
    const message = "its administrator was not made yet: a deployment has not ended";
    return [tenantFinding(tenant, { path, upgradeRepairs: true, message })];
  }
  const user = isProtected(id) ? undefined : await findUser(api, id);
  if (user?.company === companyId) return [];
  const configured = "an identity of the server's configuration";
  const actual = user ? `user of company ${user.company}` : isProtected(id) ? configured : "no such user";
  const what = user ? "is in another company" : isProtected(id) ? `is ${configured}` : "is gone";
  return [
    tenantFinding(tenant, {
      ...{ path, expected: `user ${id} of company ${companyId}`, actual },
      upgradeRepairs: false,
      message: `its administrator (user ${id}) ${what}`,
      hint: `put the id of an administrator of the company into Secret ${tenant.namespace}/${STATE_SECRET} as adminUserId; a new one needs another \`admin.email\`, because the server keeps the address of the old one`,
    }),
  ];
}

async function domainFindings({ api }: TenantLook, tenant: Tenant, admin: string): Promise<Finding[]> {
  const { domains } = tenant;
  if (domains.length === 0) return [];
  const current = await readDomains(api, admin);
  // Not every server tells them.
  if (current === undefined || sameDomains(domains, current)) return [];
  return [
    tenantFinding(tenant, {
      ...{ path: "/domains", expected: domains.join(", "), actual: current.join(", ") || "none" },
      upgradeRepairs: true,
      message: "other domains may log in to it than its file says",
    }),
  ];
}

async function queueFindings({ api }: TenantLook, tenant: Tenant, admin: string): Promise<Finding[]> {
  const wanted = [...new Set(tenant.queues.map((name) => name.trim()))];
  const present = await existingQueues(api, admin, wanted);
  return wanted
    .filter((name) => !present.includes(name))
    .map((name) =>
      tenantFinding(tenant, {
        path: `/queues/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        ...{ expected: name, actual: "no such queue" },
        upgradeRepairs: true,
        message: `its queue ${name} is gone`,
      }),
    );
}
