import { afterEach } from "vitest";
import { type ClearmlApi, type Credentials, connectClearml } from "../../../src/clearml/api.ts";
import { listCompanies } from "../../../src/clearml/companies.ts";
import { listCredentials } from "../../../src/clearml/credentials.ts";
import { readDomains } from "../../../src/clearml/domains.ts";
import type { Context } from "../../../src/core/context.ts";
import { UserError } from "../../../src/core/errors.ts";
import { createHttp, type Http, type HttpResponse } from "../../../src/core/http.ts";
import { createSecrets } from "../../../src/core/secrets.ts";
import type { TenantMemory, TenantRecord, WantedTenant } from "../../../src/tenant/model.ts";
import { type OnboardedTenant, type OnboardOptions, onboardTenant } from "../../../src/tenant/onboard.ts";
import { retireOlderKeys } from "../../../src/tenant/retire.ts";
import { startClearmlApi } from "../../support/clearml-api/server.ts";

export const ACME: WantedTenant = {
  name: "acme",
  namespace: "acme",
  company: "Acme GmbH",
  admin: { name: "Acme Admin", email: "admin@acme.example" },
  domains: ["acme.example"],
  queues: ["default", "gpu-fraction-0_50"],
  consumers: ["agent", "gateway"],
};

export const SYSTEM_KEY = {
  accessKey: "SYSTEMKEY000000000000000000001",
  secretKey: "system-secret-for-tests-0001",
};

/** The process dies here: not an error the client knows. */
export class Killed extends Error {}

export interface Memory extends TenantMemory {
  record: TenantRecord | undefined;
  credentials: Map<string, Credentials>;
}

/** A memory that lasts between runs of one test. `beforeWrite` may throw. */
export function createMemory(beforeWrite: (what: string) => void = () => undefined): Memory {
  const memory: Memory = {
    record: undefined,
    credentials: new Map(),
    place: "Secret clearml-tenant in namespace acme",
    load: async () => memory.record,
    async save(record) {
      beforeWrite(savedPart(record));
      memory.record = record;
    },
    loadCredentials: async (consumer) => memory.credentials.get(consumer),
    async saveCredentials(consumer, credentials) {
      beforeWrite(consumer);
      memory.credentials.set(consumer, credentials);
    },
  };
  return memory;
}

/** What a write of the record is about. */
function savedPart(record: TenantRecord): string {
  if (record.helperUserId !== undefined) return "helper";
  if (record.creatingAdmin !== undefined) return "begun";
  if (record.keys) return "exchange";
  return record.adminUserId === undefined ? "company" : "admin";
}

/**
 * What happens to a call: it is answered with this, its answer is lost, the process dies before it, or when it is
 * carried out but not answered.
 */
export type Fault = Partial<HttpResponse> | "lost" | "killed" | "lost-and-killed" | undefined;
/** Decides by endpoint, the number of the call in its run, and how often the endpoint was called. */
export type Faults = (endpoint: string, nth: number, nthOfEndpoint: number) => Fault;

export interface Run {
  calls: string[];
  /** The calls that change something on the server. */
  mutations: string[];
  log: string[];
  result: Promise<OnboardedTenant>;
}

const MUTATION = /\.(create_|create$|set_|revoke_|edit_|delete|update_)/;

/** A ClearML server and the means to onboard tenants on it again and again. */
export async function startBench(options: Parameters<typeof startClearmlApi>[0] = {}) {
  const server = await startClearmlApi({
    systemKey: SYSTEM_KEY.accessKey,
    systemSecret: SYSTEM_KEY.secretKey,
    ...options,
  });
  const http = createHttp(new AbortController().signal);
  const secrets = createSecrets(() => undefined);
  const connect = (port: Http, key = SYSTEM_KEY) =>
    connectClearml({ url: server.url, http: port, secrets, keySource: "the secrets KEY and SECRET", ...key });
  const api = connect(http);
  const bench = {
    url: server.url,
    stop: () => server.stop(),
    fail: server.fail,
    server,
    secrets,
    /** A client without faults. */
    api,
    run(
      memory: TenantMemory,
      { wanted = ACME, key = SYSTEM_KEY, faults = () => undefined, ...options }: RunOptions = {},
    ): Run {
      const run = { calls: [] as string[], log: [] as string[] };
      const port = faulty(http, run.calls, faults);
      const result = onboardTenant(
        testContext(run.log, secrets),
        connect(port, key),
        wanted,
        memory,
        options,
      );
      // Tests await it later; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      return {
        ...run,
        get mutations() {
          return run.calls.filter((endpoint) => MUTATION.test(endpoint));
        },
        result,
      };
    },
    /** A client with which the process dies after so many calls. */
    dying(calls: number): ClearmlApi {
      let left = calls;
      const call: ClearmlApi["call"] = async (...args) => {
        if (left-- === 0) throw new Killed("the process dies here");
        return api.call(...args);
      };
      return { ...api, call };
    },
    /** What follows a run once the pods have started anew: the exchanges of keys that it left open are ended. */
    async retire(memory: TenantMemory, tenant: OnboardedTenant, faults: Faults = () => undefined) {
      const work = {
        context: testContext([], secrets),
        api: connect(faulty(http, [], faults)),
        memory,
        wanted: ACME,
      };
      for (const [consumer, kept] of Object.entries(tenant.credentials)) {
        if (!tenant.older[consumer] && !tenant.record.keys?.[consumer]) continue;
        await retireOlderKeys(work, tenant.adminUserId, consumer, { kept, prove: false, timeoutMs: 0 });
      }
    },
    /** A run and what follows it. */
    async settled(memory: TenantMemory, options: RunOptions = {}): Promise<OnboardedTenant> {
      const tenant = await bench.run(memory, options).result;
      await bench.retire(memory, tenant);
      return tenant;
    },
  };
  return bench;
}

export interface RunOptions extends OnboardOptions {
  wanted?: WantedTenant;
  key?: Credentials;
  faults?: Faults;
}

export function testContext(log: string[], secrets: Context["secrets"]): Pick<Context, "log" | "secrets"> {
  const info = (text: string) => void log.push(secrets.redact(text));
  return { secrets, log: { info, debug: info, group: async (_, work) => work() } };
}

function faulty(http: Http, calls: string[], faults: Faults): Http {
  return {
    async send(request) {
      const endpoint = new URL(request.url).pathname.slice(1);
      calls.push(endpoint);
      const fault = faults(endpoint, calls.length, calls.filter((each) => each === endpoint).length);
      if (fault === "killed") throw new Killed(`before ${endpoint}`);
      if (typeof fault === "object") return { status: 200, headers: {}, text: "", ...fault };
      const response = await http.send(request);
      if (fault === undefined) return response;
      if (fault === "lost-and-killed") throw new Killed(`after ${endpoint}`);
      throw new UserError({ message: "no answer from the server: timeout" }, { kind: "cluster" });
    },
  };
}

/** Everything the server has of a tenant; two runs may not leave two of anything. */
export async function serverState(api: ClearmlApi, admin: string, company = ACME.company) {
  const companies = (await listCompanies(api)).filter(({ name }) => name === company);
  const users = (await api.call("users.get_all", {}, { actAs: admin })) as { users: { name: string }[] };
  const queues = (await api.call("queues.get_all", {}, { impersonate: admin })) as {
    queues: { name: string }[];
  };
  return {
    companies: companies.length,
    users: users.users.map(({ name }) => name).sort(),
    labels: (await listCredentials(api, admin)).map(({ label }) => label).sort(),
    domains: await readDomains(api, admin),
    queues: queues.queues.map(({ name }) => name).sort(),
  };
}

export const ACME_STATE = {
  companies: 1,
  users: ["Acme Admin"],
  labels: ["agent:acme", "gateway:acme"],
  domains: ["acme.example"],
  queues: ["default", "gpu-fraction-0_50"],
};

/** The error of work that must fail. */
export async function failure(work: Promise<unknown>): Promise<UserError> {
  return work.then(
    () => {
      throw new Error("expected a failure");
    },
    (thrown) => thrown,
  );
}

export type Bench = Awaited<ReturnType<typeof startBench>>;

/** Starts servers that are stopped after each test. */
export function benches(): (options?: Parameters<typeof startBench>[0]) => Promise<Bench> {
  const started: Bench[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((bench) => bench.stop()));
  });
  return async (options) => {
    const bench = await startBench(options);
    started.push(bench);
    return bench;
  };
}
