import pLimit from "p-limit";
import { expect, it } from "vitest";
import { type ClearmlApi, type Credentials, connectClearml } from "../../src/clearml/api.ts";
import { UserError } from "../../src/core/errors.ts";
import { createHttp, type Http } from "../../src/core/http.ts";
import { createSecrets } from "../../src/core/secrets.ts";
import { leftOnServer, planServerRemoval, removeFromServer } from "../../src/tenant/offboard.ts";
import { type OnboardedTenant, type OnboardOptions, onboardTenant } from "../../src/tenant/onboard.ts";
import { retireOlderKeys } from "../../src/tenant/retire.ts";
import { ACME, createMemory, type Memory, testContext } from "../servers/tenant/support.ts";
import type { Failure } from "../support/clearml-api/failures.ts";
import { type ClearmlApi as Server, startClearmlApi } from "../support/clearml-api/server.ts";

/*
 * Every call of an onboarding, a rotation and an off-boarding meets every fault, against a server that talks HTTP.
 * What comes out is the right result or one clear message; after a run without faults everything is there once.
 */

/** What a call that meets it may take; answers that come later are late. */
const PATIENCE_MS = 1_000;
const html = { html: true };
const FAULTS: Readonly<Record<string, Failure>> = {
  "401/22": { status: 401, subcode: 22, message: "Unauthorized (invalid credentials)" },
  "401/30": { status: 401, subcode: 30, message: "Invalid token" },
  "403/20": { status: 403, subcode: 20, message: "Forbidden" },
  "400/6": { status: 400, subcode: 6, message: "Impersonation error" },
  "400/301": { status: 400, subcode: 301, message: "Invalid user id" },
  "400/801": { status: 400, subcode: 801, message: "Value combination already exists" },
  "429 with Retry-After": { status: 429, retryAfter: 1, ...html },
  "500": { status: 500, subcode: 1, message: "Internal server error" },
  "500 after it was carried out": { status: 500, message: "cannot serialize", carriedOut: true },
  "502 page": { status: 502, ...html },
  "502 page after it was carried out": { status: 502, ...html, carriedOut: true },
  "504 page after it was carried out": { status: 504, ...html, carriedOut: true },
  "time-out after it was carried out": { delayMs: PATIENCE_MS + 500 },
  "slow body": { slowBodyMs: PATIENCE_MS / 5 },
  "reset before it was carried out": { reset: "before-answer" },
  "reset after it was carried out": { reset: "before-answer", carriedOut: true },
  "reset in the body": { reset: "in-body" },
};

interface World {
  server: Server;
  memory: Memory;
  /** A client without faults. */
  api: ClearmlApi;
  onboard(api: ClearmlApi, options?: OnboardOptions): Promise<OnboardedTenant>;
  retire(api: ClearmlApi, tenant: OnboardedTenant, prove?: boolean): Promise<void>;
  /** A client whose calls are counted. */
  counted(calls: string[]): ClearmlApi;
  /** A client whose nth call of an endpoint meets a fault. */
  faulty(endpoint: string, nth: number, fault: Failure): ClearmlApi;
}

/** What is done while faults happen; what is to hold after it was done again without. */
interface Flow {
  prepare(world: World): Promise<void>;
  run(world: World, api: ClearmlApi): Promise<void>;
  check(world: World, again: () => Promise<void>): Promise<void>;
}

const onboarding: Flow = {
  prepare: async () => undefined,
  async run({ onboard, retire }, api) {
    await retire(api, await onboard(api));
  },
  async check(world, again) {
    await again();
    await expectOneOfEach(world);
  },
};

const rotation: Flow = {
  async prepare({ onboard, api }) {
    await onboard(api);
  },
  async run({ onboard, retire, server }, api) {
    const tenant = await onboard(api, { rotate: ["agent"] });
    for (const pair of Object.values(tenant.credentials)) await usedByPod(server, pair);
    await retire(api, tenant, true);
  },
  async check(world, again) {
    await again();
    await expectOneOfEach(world);
  },
};

const offboarding: Flow = {
  async prepare({ onboard, api }) {
    await onboard(api);
  },
  async run({ memory }, api) {
    const context = testContext(
      [],
      createSecrets(() => undefined),
    );
    const removal = await planServerRemoval(context, api, ACME, memory);
    await removeFromServer(context, api, removal);
    expect(await leftOnServer(api, removal)).toEqual([]);
  },
  async check({ server: { state } }, again) {
    await again();
    const keys = [...state.logins.values()]
      .filter((login) => !login.protected)
      .map((login) => login.credentials);
    expect(keys.flat()).toEqual([]);
    expect([...state.queues.values()].filter(({ company }) => company === companyOf(state)?.id)).toEqual([]);
    expect(companyOf(state)?.settings.domains).toEqual([]);
  },
};

it.each(Object.entries({ onboarding, rotation, offboarding }))(
  "%s: every fault at every call",
  async (_, flow) => {
    const calls = await callsOf(flow);
    expect(calls.length).toBeGreaterThan(10);
    const limit = pLimit(12);
    const cases = calls.flatMap((endpoint, index) => {
      const nth = calls.slice(0, index + 1).filter((each) => each === endpoint).length;
      return Object.entries(FAULTS).map(([name, fault]) => ({ endpoint, nth, name, fault }));
    });
    const problems = await limit.map(cases, async ({ endpoint, nth, name, fault }) => {
      const problem = await problemOf(flow, endpoint, nth, fault);
      return problem === undefined ? [] : [`${name} at ${endpoint} (${nth}): ${problem}`];
    });
    expect(problems.flat()).toEqual([]);
  },
  600_000,
);

async function callsOf(flow: Flow): Promise<string[]> {
  return onNewWorld(async (world) => {
    await flow.prepare(world);
    const calls: string[] = [];
    await flow.run(world, world.counted(calls));
    return calls;
  });
}

/** What is wrong after a fault; undefined when all is well. */
async function problemOf(
  flow: Flow,
  endpoint: string,
  nth: number,
  fault: Failure,
): Promise<string | undefined> {
  return onNewWorld(async (world) => {
    await flow.prepare(world);
    const failure = await flow.run(world, world.faulty(endpoint, nth, fault)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    try {
      if (failure !== undefined) expectClear(failure, world);
      await flow.check(world, () => (failure === undefined ? Promise.resolve() : flow.run(world, world.api)));
      return undefined;
    } catch (thrown) {
      const first = failure === undefined ? "ended well" : `${failure}`;
      return `${first}, then ${thrown instanceof Error ? thrown.message : thrown}`;
    }
  });
}

/** One message for the person who reads it, with what to do, and without a secret. */
function expectClear(failure: unknown, { server, memory }: World): void {
  if (!(failure instanceof UserError)) throw failure;
  expect(failure.problems).toHaveLength(1);
  const [problem] = failure.problems;
  expect(problem?.hint, failure.message).toMatch(/\w/);
  const text = `${problem?.message} ${problem?.hint}`;
  for (const { secretKey } of [server.system, ...memory.credentials.values()])
    expect(text).not.toContain(secretKey);
}

function companyOf(state: Server["state"]) {
  return [...state.companies.values()].find(({ name }) => name === ACME.company);
}

async function expectOneOfEach({ server: { state }, memory, onboard, api }: World): Promise<void> {
  const companies = [...state.companies.values()].filter(({ name }) => name === ACME.company);
  expect(companies).toHaveLength(1);
  const [company] = companies;
  const users = [...state.profiles.values()].filter((user) => user.company === company?.id);
  expect(users.map(({ name }) => name)).toEqual([ACME.admin.name]);
  expect(memory.record).toEqual({ companyId: company?.id, adminUserId: users[0]?.id });
  const logins = [...state.logins.values()].filter((login) => login.company === company?.id);
  const keys = logins.flatMap(({ credentials }) => credentials);
  expect(keys.map(({ label }) => label).sort()).toEqual(["agent:acme", "gateway:acme"]);
  for (const { accessKey, secretKey, label } of keys)
    expect(memory.credentials.get(label?.split(":")[0] ?? "")).toEqual({ accessKey, secretKey });
  expect(company?.settings.domains).toEqual(ACME.domains);
  const queues = [...state.queues.values()].filter((queue) => queue.company === company?.id);
  expect(queues.map(({ name }) => name).sort()).toEqual([...ACME.queues].sort());
  expect((await onboard(api)).changed).toBe(false);
}

async function usedByPod({ url }: Server, { accessKey, secretKey }: Credentials): Promise<void> {
  const pair = Buffer.from(`${accessKey}:${secretKey}`).toString("base64");
  const headers = { Authorization: `Basic ${pair}`, "X-Clearml-Worker": "a pod" };
  await (await fetch(`${url}/auth.login`, { method: "POST", headers })).text();
}

async function onNewWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  // Names need not be unique: the server itself would not refuse a second company.
  const server = await startClearmlApi({ uniqueCompanyNames: false });
  try {
    return await work(worldOf(server));
  } finally {
    await server.stop();
  }
}

function worldOf(server: Server): World {
  const secrets = createSecrets(() => undefined);
  const context = testContext([], secrets);
  const memory = createMemory();
  const http = createHttp(new AbortController().signal, async () => undefined);
  const connect = (port: Http) => connectClearml({ url: server.url, http: port, secrets, ...server.system });
  const endpointOf = (url: string) => new URL(url).pathname.slice(1);
  return {
    server,
    memory,
    api: connect(http),
    onboard: (api, options = {}) => onboardTenant(context, api, ACME, memory, options),
    async retire(api, tenant, prove = false) {
      const work = { context, api, memory, wanted: ACME };
      for (const [consumer, kept] of Object.entries(tenant.credentials)) {
        if (!tenant.older[consumer] && !tenant.record.keys?.[consumer]) continue;
        const options = { kept, prove, timeoutMs: 100, intervalMs: 10 };
        await retireOlderKeys(work, tenant.adminUserId, consumer, options);
      }
    },
    counted(calls) {
      const send: Http["send"] = (request) => {
        calls.push(endpointOf(request.url));
        return http.send(request);
      };
      return connect({ send });
    },
    faulty(endpoint, nth, fault) {
      server.fail({ ...fault, endpoint, nth });
      let calls = 0;
      const send: Http["send"] = (request) => {
        const isMet = endpointOf(request.url) === endpoint && ++calls === nth;
        return http.send(isMet ? { ...request, timeoutMs: PATIENCE_MS } : request);
      };
      return connect({ send });
    },
  };
}
