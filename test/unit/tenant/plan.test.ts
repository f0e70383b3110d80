import { describe, expect, it } from "vitest";
import { changes, type KeyRecord, type TenantState } from "../../../src/tenant/model.ts";
import { describeStep, planTenant } from "../../../src/tenant/plan.ts";
import { ACME } from "../../servers/tenant/support.ts";

const WORKING = { labelled: ["k1"], usable: true, remembered: true, replaced: false };
const DONE: TenantState = {
  record: { companyId: "c1", adminUserId: "u1" },
  companyId: "c1",
  adminUserId: "u1",
  knownUsers: [],
  credentials: { agent: WORKING, gateway: WORKING },
  domains: ["acme.example"],
  queues: ["default", "gpu-fraction-0_50"],
};

/** The changing steps as `kind action`. */
function actions(state: TenantState, wanted = ACME, rotate: readonly string[] = []): string[] {
  return planTenant(wanted, state, rotate)
    .filter(changes)
    .map((step) => `${step.kind}${step.kind === "credentials" ? ` ${step.consumer}` : ""} ${step.action}`);
}

describe("planTenant", () => {
  it("creates everything from nothing, in order", () => {
    expect(actions({ knownUsers: [], credentials: {}, queues: [] })).toEqual([
      "company create",
      "admin create",
      "credentials agent create",
      "credentials gateway create",
      "domains set",
      "queues create",
    ]);
  });

  const { record: _, ...unrecorded } = DONE;
  const { domains: __, ...untold } = DONE;
  const agent = (
    keys: number,
    usable: boolean,
    remembered: boolean,
    begun: { replaced?: boolean; record?: KeyRecord } = {},
  ): TenantState => ({
    ...DONE,
    ...(begun.record
      ? { record: { companyId: "c1", adminUserId: "u1", keys: { agent: begun.record } } }
      : {}),
    credentials: {
      ...DONE.credentials,
      agent: {
        labelled: ["k1", "k2"].slice(0, keys),
        usable,
        remembered,
        replaced: begun.replaced ?? false,
      },
    },
  });
  const rotation = { record: { rotating: "f1" } };
  it.each<[string, TenantState, string[]]>([
    ["all is there", DONE, []],
    ["the record is lost", unrecorded, ["admin remember"]],
    ["the record is of an earlier company", { ...DONE, record: { companyId: "c0" } }, ["admin remember"]],
    ["domains differ in case and order only", { ...DONE, domains: ["ACME.example"] }, []],
    ["domains differ", { ...DONE, domains: ["acme.example", "other.example"] }, ["domains set"]],
    ["the server does not tell domains", untold, ["domains set"]],
    ["a queue is missing", { ...DONE, queues: ["default"] }, ["queues create"]],
    ["the secret is lost", agent(1, false, false), ["credentials agent replace"]],
    ["the key was revoked", agent(0, false, true), ["credentials agent replace"]],
    ["the remembered key is another one", agent(1, false, true), ["credentials agent replace"]],
    ["an old key is left over", agent(2, true, true), ["credentials agent retire"]],
    ["a rotation has its new key", agent(2, true, true, rotation), ["credentials agent retire"]],
    ["a rotation has revoked the old key", agent(1, true, true, rotation), ["credentials agent retire"]],
    [
      "a rotation has no new key yet",
      agent(1, true, true, { ...rotation, replaced: true }),
      ["credentials agent rotate"],
    ],
    ["a rotation lost its new key", agent(1, false, false, rotation), ["credentials agent replace"]],
    [
      "pods may run with a key of no use",
      agent(1, true, true, { record: { replacing: true } }),
      ["credentials agent retire"],
    ],
    [
      "the administrator was created, but not looked up to the end",
      { ...DONE, record: { companyId: "c1", adminUserId: "u1", helperUserId: "u2" } },
      ["admin remember"],
    ],
    ["there never was a key", agent(0, false, false), ["credentials agent create"]],
  ])("%s", (_case, state, expected) => {
    expect(actions(state)).toEqual(expected);
  });

  it("rotates the keys it is asked to, one exchange at a time", () => {
    expect(actions(DONE, ACME, ["agent", "gateway"])).toEqual([
      "credentials agent rotate",
      "credentials gateway rotate",
    ]);
    expect(actions(agent(2, true, true), ACME, ["agent"])).toEqual(["credentials agent rotate"]);
    expect(actions(agent(2, true, true, rotation), ACME, ["agent"])).toEqual(["credentials agent retire"]);
    expect(actions(agent(0, false, true), ACME, ["agent"])).toEqual(["credentials agent replace"]);
  });

  it("leaves the server's domains alone when the tenant names none", () => {
    expect(actions({ ...DONE, domains: ["set-by-hand.example"] }, { ...ACME, domains: [] })).toEqual([]);
  });

  it("asks for a queue named twice once", () => {
    const steps = planTenant({ ...ACME, queues: ["new", "new"] }, DONE);
    expect(steps.at(-1)).toMatchObject({ action: "create", queues: ["new"] });
  });

  it("describes its steps", () => {
    expect(planTenant(ACME, { ...DONE, queues: ["default"], domains: [] }).map(describeStep)).toEqual([
      'company "Acme GmbH": exists',
      "administrator admin@acme.example: exists",
      "credentials agent:acme: keep (the remembered key works)",
      "credentials gateway:acme: keep (the remembered key works)",
      "domains acme.example: set (now none)",
      "queues: create gpu-fraction-0_50",
    ]);
  });
});
