import type { Credentials } from "../../clearml/api.ts";
import { keyFingerprint, type ListedCredentials, listCredentials } from "../../clearml/credentials.ts";
import { plural } from "../../core/plural.ts";
import { wantedTenant } from "../../deploy/tenant/desired.ts";
import { consumerOf } from "../../deploy/tenant/keys/consumers.ts";
import { AGENT_SECRET, credentialSecret } from "../../deploy/tenant/memory/memory.ts";
import type { Tenant } from "../../environment/model.ts";
import { type Consumer, credentialLabel, type TenantRecord } from "../../tenant/model.ts";
import type { ReadMemory } from "../facts.ts";
import type { Finding } from "../model.ts";
import { credentialFinding, objectId } from "./findings.ts";
import { releaseOf, type TenantLook, type TenantReleaseRecord } from "./look.ts";
import type { RunningRelease } from "./workloads.ts";

/** How long pods may run before they must have logged in. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

/** What is known of a tenant before its keys are looked at. */
export interface KnownTenant {
  tenant: Tenant;
  admin: string;
  record: TenantRecord;
  memory: ReadMemory;
}

/**
 * The key pairs of a tenant: remembered, valid, the only ones of their kind, and used. They are listed and never logged
 * in with: the server keeps only the last user of a key, so that a login from here would hide that of the pods.
 */
export async function credentialFindings(look: TenantLook, known: KnownTenant): Promise<Finding[]> {
  const { tenant, admin, memory } = known;
  const listed = await listCredentials(look.api, admin);
  const { consumers } = wantedTenant(tenant, look.facts.controlPlane);
  const findings = consumers.map(async (consumer) => {
    const remembered = await memory.loadCredentials(consumer);
    return (
      keyFindings(known, consumer, remembered, listed) ??
      unusedFindings(look, known, consumer, remembered, listed)
    );
  });
  return (await Promise.all(findings)).flat();
}

/** What is wrong with a consumer's keys as they are kept; undefined when nothing is. */
function keyFindings(
  { tenant, record }: KnownTenant,
  consumer: string,
  remembered: Credentials | undefined,
  listed: readonly ListedCredentials[],
): Finding[] | undefined {
  const label = credentialLabel(consumer, tenant.namespace);
  const path = `/credentials/${consumer}`;
  if (!remembered) {
    const { name } = credentialSecret(consumer);
    return [
      credentialFinding(tenant, {
        object: objectId("Secret", name, tenant.namespace),
        upgradeRepairs: true,
        message: `Secret ${tenant.namespace}/${name} with the key of its ${consumer} is gone`,
        hint: "a deployment makes another key, has the pods start with it, and revokes the lost one",
      }),
    ];
  }
  const found = listed.find(({ accessKey }) => accessKey === remembered.accessKey);
  const expected = `key ${keyFingerprint(remembered.accessKey)} with label ${label}`;
  if (found?.label !== label) {
    const what = found ? "has another label" : "is not on the server: it was revoked, or has expired";
    return [
      credentialFinding(tenant, {
        ...{ path, expected, actual: found ? `label ${found.label || "none"}` : "no such key" },
        upgradeRepairs: true,
        message: `the key of its ${consumer} ${what}`,
        hint: "a deployment makes another key and has the pods start with it",
      }),
    ];
  }
  const others = listed.filter((each) => each.label === label && each !== found);
  // While keys are exchanged the older ones stay valid.
  if (others.length === 0 || record.keys?.[consumer]) return undefined;
  const fingerprints = others.map(({ accessKey }) => keyFingerprint(accessKey)).join(", ");
  return [
    credentialFinding(tenant, {
      ...{ path, expected, actual: `${plural(others.length, "more key", "more keys")}: ${fingerprints}` },
      upgradeRepairs: true,
      message: `${plural(others.length, "older key")} of its ${consumer} can still log in`,
      hint: "a deployment revokes what nothing runs with",
    }),
  ];
}

/** A key that a release is given and that its pods, although they run, do not use. */
async function unusedFindings(
  look: TenantLook,
  { tenant, record }: KnownTenant,
  consumer: string,
  remembered: Credentials | undefined,
  listed: readonly ListedCredentials[],
): Promise<Finding[]> {
  const key = listed.find(({ accessKey }) => accessKey === remembered?.accessKey);
  // Somebody else than a deployment was the last to use it.
  if (!key || key.usedByOthers || record.keys?.[consumer]) return [];
  const release = releaseOf(look, tenant, ...componentsOf(consumer as Consumer));
  if (!release || !isGiven(release.record, consumer, key.accessKey)) return [];
  const running = await look.running(release.use, release.record);
  if (!running || !isUnused(key, running, look.scan.now)) return [];
  const { namespace, release: name } = release.use;
  return [
    credentialFinding(tenant, {
      path: `/credentials/${consumer}`,
      expected: `key ${keyFingerprint(key.accessKey)} in use`,
      actual: key.lastUsed ? `last used by a deployment, ${key.lastUsed.toISOString()}` : "never used",
      since: running.started.toISOString(),
      upgradeRepairs: false,
      message: `the pods of release ${namespace}/${name} have run for more than a day and never logged in with the key of its ${consumer}`,
      hint: `they have another key, or do not reach the server: their log says which (kubectl -n ${namespace} get pods)`,
    }),
  ];
}

const CONSUMING = ["agent", "app-gateway", "task-traffic-router"] as const;

function componentsOf(consumer: Consumer) {
  return CONSUMING.filter((id) => consumerOf(id) === consumer);
}

/** Files may give a release a key of their own. */
function isGiven({ values }: TenantReleaseRecord, consumer: string, accessKey: string): boolean {
  const text = JSON.stringify(values);
  return text.includes(accessKey) || (consumer === "agent" && text.includes(AGENT_SECRET));
}

/** A login of a deployment hides those before it: only pods that came after it tell. */
function isUnused(
  { lastUsed }: Pick<ListedCredentials, "lastUsed">,
  { ready, started }: RunningRelease,
  now: Date,
): boolean {
  if (ready === 0 || now.getTime() - started.getTime() < PATIENCE_MS) return false;
  return lastUsed === undefined || lastUsed < started;
}
