import { describe, expect, it } from "vitest";
import { listCompanies } from "../../../../src/clearml/companies.ts";
import { UserError } from "../../../../src/core/errors.ts";
import type { Finding } from "../../../../src/drift/model.ts";
import { lookAtServer } from "../../../../src/drift/tenants/server.ts";
import { addCompany, DEFAULT_COMPANY } from "../../../support/clearml-api/state.ts";
import { storedObjects } from "../../../unit/deploy/stored-objects.ts";
import { benches } from "../../tenant/support.ts";
import { adminOf, findings, onboarded, queueNamed, type Stage, TENANT } from "./stage.ts";
import { factsOf, scanOf } from "./support.ts";

const start = benches();

/** What stands in a table of findings. */
function told(found: readonly Finding[]) {
  return found.map(({ class: of, path, object, expected, actual, upgradeRepairs }) => ({
    of,
    at: path ?? `${object?.kind} ${object?.name}`,
    ...(expected === undefined ? {} : { expected: withoutIds(expected) }),
    ...(actual === undefined ? {} : { actual: withoutIds(actual) }),
    upgradeRepairs,
  }));
}

function withoutIds(text: string): string {
  return text.replace(/\b[0-9a-f]{32}\b/g, "<id>").replace(/\b[0-9a-f]{12}\b/g, "<tag>");
}

type Break = (stage: Stage) => unknown;

const drifts: [string, Break, object[]][] = [
  [
    "a queue that was deleted",
    (stage) => stage.bench.server.state.queues.delete(queueNamed(stage, "gpu-fraction-0_50").id),
    [
      {
        of: "tenant",
        at: "/queues/gpu-fraction-0_50",
        expected: "gpu-fraction-0_50",
        actual: "no such queue",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "domains that were changed",
    ({ bench, memory }) =>
      bench.api.call(
        "login.set_domains",
        { domains: ["evil.example"] },
        { actAs: memory.record?.adminUserId ?? "" },
      ),
    [
      {
        of: "tenant",
        at: "/domains",
        expected: "acme.example",
        actual: "evil.example",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "a key that was revoked",
    (stage) => adminOf(stage).credentials.shift(),
    [
      {
        of: "credential",
        at: "/credentials/agent",
        expected: "key <tag> with label agent:acme",
        actual: "no such key",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "a key whose label was changed",
    (stage) => Object.assign(adminOf(stage).credentials[1] ?? {}, { label: "mine" }),
    [
      {
        of: "credential",
        at: "/credentials/gateway",
        expected: "key <tag> with label gateway:acme",
        actual: "label mine",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "a second key for a consumer",
    ({ bench, memory }) =>
      bench.api.call(
        "auth.create_credentials",
        { label: "agent:acme" },
        { impersonate: memory.record?.adminUserId ?? "" },
      ),
    [
      {
        of: "credential",
        at: "/credentials/agent",
        expected: "key <tag> with label agent:acme",
        actual: "1 more key: <tag>",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "a lost Secret of a key",
    ({ memory }) => memory.credentials.delete("agent"),
    [{ of: "credential", at: "Secret clearml-agent-credentials", upgradeRepairs: true }],
  ],
  [
    "a lost record",
    ({ memory }) => Object.assign(memory, { record: undefined }),
    [{ of: "tenant", at: "Secret clearml-tenant", upgradeRepairs: true }],
  ],
  [
    "a lost record without keys that tell the administrator",
    ({ memory }) => {
      memory.record = undefined;
      memory.credentials.clear();
    },
    [{ of: "tenant", at: "Secret clearml-tenant", upgradeRepairs: false }],
  ],
  [
    "a company that was renamed",
    ({ bench, memory }) =>
      Object.assign(bench.server.state.companies.get(memory.record?.companyId ?? "") ?? {}, {
        name: "Other",
      }),
    [{ of: "tenant", at: "/company", expected: "Acme GmbH", actual: "Other", upgradeRepairs: false }],
  ],
  [
    "a company that was deleted with its users",
    ({ bench, memory }) => {
      const { state } = bench.server;
      state.companies.delete(memory.record?.companyId ?? "");
      state.logins.delete(memory.record?.adminUserId ?? "");
      state.profiles.delete(memory.record?.adminUserId ?? "");
    },
    [
      {
        of: "tenant",
        at: "/company",
        expected: "Acme GmbH (<id>)",
        actual: "no such company",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "a tenant that was never deployed",
    ({ bench, memory }) => {
      memory.record = undefined;
      memory.credentials.clear();
      const { companies, logins } = bench.server.state;
      for (const { id, name } of companies.values()) if (name === "Acme GmbH") companies.delete(id);
      for (const { id, email } of logins.values()) if (email === "admin@acme.example") logins.delete(id);
    },
    [
      {
        of: "tenant",
        at: "/company",
        expected: "Acme GmbH",
        actual: "no such company",
        upgradeRepairs: true,
      },
    ],
  ],
  [
    "an administrator who was deleted",
    ({ bench, memory }) => {
      const { adminUserId = "" } = memory.record ?? {};
      return bench.api.call("users.delete", { user: adminUserId }, { actAs: adminUserId });
    },
    [
      {
        of: "tenant",
        at: "/admin",
        expected: "user <id> of company <id>",
        actual: "no such user",
        upgradeRepairs: false,
      },
    ],
  ],
  [
    "an administrator who belongs to another company",
    ({ bench, memory }) => {
      const { logins, profiles } = bench.server.state;
      for (const users of [logins, profiles])
        Object.assign(users.get(memory.record?.adminUserId ?? "") ?? {}, { company: DEFAULT_COMPANY });
    },
    [
      {
        of: "tenant",
        at: "/admin",
        expected: "user <id> of company <id>",
        actual: "user of company <id>",
        upgradeRepairs: false,
      },
    ],
  ],
  [
    "a lost record, where two companies have the name",
    ({ bench, memory }) => {
      memory.record = undefined;
      addCompany(bench.server.state, "Acme GmbH");
    },
    [{ of: "tenant", at: "Secret clearml-tenant", upgradeRepairs: false }],
  ],
  [
    "an administrator who is one of the server's own identities",
    ({ memory }) => Object.assign(memory.record ?? {}, { adminUserId: "__apiserver__" }),
    [
      {
        of: "tenant",
        at: "/admin",
        expected: "user __apiserver__ of company <id>",
        actual: "an identity of the server's configuration",
        upgradeRepairs: false,
      },
    ],
  ],
  [
    "an administrator whom the record does not name",
    ({ memory }) => {
      if (memory.record) memory.record = { companyId: memory.record.companyId };
    },
    [{ of: "tenant", at: "/admin", upgradeRepairs: true }],
  ],
];

describe("lookAtServer", () => {
  it("finds nothing at a tenant as it was onboarded, and logs in with none of its keys", async () => {
    const stage = await onboarded(await start());
    expect(await findings(stage)).toEqual([]);
    expect(adminOf(stage).credentials.map(({ lastUsedFrom }) => lastUsedFrom)).toEqual([
      "10.0.0.7",
      "10.0.0.7",
    ]);
  });

  it("finds nothing while keys are exchanged", async () => {
    const stage = await onboarded(await start());
    await stage.bench.run(stage.memory, { rotate: ["agent"] }).result;
    expect(adminOf(stage).credentials).toHaveLength(3);
    expect(await findings(stage)).toEqual([]);
  });

  it.each(drifts)("finds %s, and knows what a deployment does about it", async (_, breaking, expected) => {
    const stage = await onboarded(await start());
    await breaking(stage);
    const found = await findings(stage);
    expect(told(found)).toEqual(expected);
    for (const { message } of found) expect(message).toMatch(/^tenant acme: \S/);
    // A deployment that puts everything right, and one that is refused or leaves it.
    const deployed = await stage.bench.settled(stage.memory).then(
      () => true,
      () => false,
    );
    const isRight = deployed && (await findings(stage)).length === 0;
    expect(isRight).toBe(found.every(({ upgradeRepairs }) => upgradeRepairs === true));
  });

  it("says what is wrong with a damaged record", async () => {
    const stage = await onboarded(await start());
    const load = stage.memory.load;
    stage.memory.load = async () => {
      throw new UserError({
        message: "Secret clearml-tenant in namespace acme is damaged",
        hint: "delete it",
      });
    };
    const found = await findings(stage);
    expect(found).toMatchObject([
      { class: "tenant", object: { name: "clearml-tenant" }, hint: "delete it", upgradeRepairs: false },
    ]);
    stage.memory.load = load;
    expect(await findings(stage)).toEqual([]);
  });

  it("says what could not be asked, and tells the rest", async () => {
    const stage = await onboarded(await start());
    stage.bench.server.state.queues.delete(queueNamed(stage, "default").id);
    stage.bench.fail({ endpoint: "auth.get_credentials", status: 500 });
    const look = {
      ...{ scan: scanOf(storedObjects().kubernetes, [TENANT]), api: stage.bench.api },
      ...{ companies: await listCompanies(stage.bench.api), facts: factsOf({ acme: stage.memory }) },
      ...{ records: new Map(), running: async () => undefined },
    };
    const { findings: found, failures } = await lookAtServer(look, TENANT);
    expect(found.map(({ path }) => path)).toEqual(["/queues/default"]);
    expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/auth\.get_credentials/)]);
  });
});
