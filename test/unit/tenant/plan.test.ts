import { describe, expect, it } from "vitest";
import { changes, type TenantState } from "../../../src/tenant/model.ts";
import { describeStep, planTenant } from "../../../src/tenant/plan.ts";
import { ACME } from "./support.ts";

const WORKING = { labelled: 1, usable: true, remembered: true };
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
function actions(state: TenantState, wanted = ACME): string[] {
  return planTenant(wanted, state)
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
  const agent = (labelled: number, usable: boolean, remembered: boolean): TenantState => ({
    ...DONE,
    credentials: { ...DONE.credentials, agent: { labelled, usable, remembered } },
  });
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
    ["an old key is left over", agent(2, true, true), ["credentials agent clean"]],
    ["there never was a key", agent(0, false, false), ["credentials agent create"]],
  ])("%s", (_case, state, expected) => {
    expect(actions(state)).toEqual(expected);
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
