import { expect } from "vitest";
import { listCompanies } from "../../../../src/clearml/companies.ts";
import type { Finding } from "../../../../src/drift/model.ts";
import { lookAtServer } from "../../../../src/drift/tenants/server.ts";
import type { RunningRelease } from "../../../../src/drift/tenants/workloads.ts";
import { storedObjects } from "../../../unit/deploy/stored-objects.ts";
import { type Bench, createMemory, type Memory } from "../../tenant/support.ts";
import { factsOf, NOW, recordWith, scanOf, tenantLike } from "./support.ts";

export const TENANT = tenantLike();
const [AGENT, GATEWAY] = TENANT.components;
export const HOUR = 3_600_000;

export interface Stage {
  bench: Bench;
  memory: Memory;
}

/** A tenant that was onboarded, whose pods have logged in since. */
export async function onboarded(bench: Bench): Promise<Stage> {
  const memory = createMemory();
  await bench.run(memory).result;
  for (const credential of adminOf({ bench, memory }).credentials)
    Object.assign(credential, { lastUsed: NOW.getTime() - HOUR, lastUsedFrom: "10.0.0.7" });
  return { bench, memory };
}

export function adminOf({ bench, memory }: Stage) {
  const login = bench.server.state.logins.get(memory.record?.adminUserId ?? "");
  if (!login) throw new Error("the tenant has no administrator");
  return login;
}

export function queueNamed({ bench }: Stage, name: string) {
  const queue = [...bench.server.state.queues.values()].find(
    (each) => each.name === name && each.company !== "d1bd92a3b039400cbafc60a7a5b1e52b",
  );
  if (!queue) throw new Error(`there is no queue ${name}`);
  return queue;
}

export interface Pods {
  running?: RunningRelease;
  values?: Record<string, unknown>;
}

export async function findings(
  { bench, memory }: Stage,
  { running, values = {} }: Pods = {},
): Promise<readonly Finding[]> {
  const record = recordWith({ values });
  const look = {
    ...{ scan: scanOf(storedObjects().kubernetes, [TENANT]), api: bench.api },
    companies: await listCompanies(bench.api),
    facts: factsOf({ acme: memory }),
    records: new Map([AGENT, GATEWAY].flatMap((each) => (each ? [[each, record] as const] : []))),
    running: async () => running,
  };
  const { findings: found, failures } = await lookAtServer(look, TENANT);
  expect(failures).toEqual([]);
  return found;
}
