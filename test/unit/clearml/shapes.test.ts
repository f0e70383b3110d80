import { describe, expect, it } from "vitest";
import type { ClearmlApi } from "../../../src/clearml/api.ts";
import { createCompany, listCompanies } from "../../../src/clearml/companies.ts";
import { createCredentials } from "../../../src/clearml/credentials.ts";
import { readDomains } from "../../../src/clearml/domains.ts";
import { refused } from "../../../src/clearml/errors.ts";
import { exactly } from "../../../src/clearml/pattern.ts";
import { findUser, findUsersByName } from "../../../src/clearml/users.ts";
import { createSecrets } from "../../../src/core/secrets.ts";

/** A client that answers every call with `data`. */
function answering(data: unknown): ClearmlApi {
  return {
    url: "https://api.example.com",
    call: async () => data,
    claims: () => expect.fail("no login expected"),
    tryLogin: () => expect.fail("no login expected"),
  };
}

describe("answers no document describes", () => {
  it.each([
    [[{ id: "c1", name: "Acme" }], []],
    [{ companies: [{ id: "c1", name: "Acme", features: ["x"] }] }, []],
    [{ companies: [{ _id: "c1", name: "Acme" }] }, []],
    [{ companies: [{ company: { id: "c1" }, company_name: "Acme" }] }, []],
    [{ companies: [{ id: "c1", name: "Acme", owners: [{ id: "u1", name: "Ann" }] }] }, ["u1"]],
    [{ companies: [{ id: "c1", name: "Acme", owners: 3 }] }, []],
  ])("companies from %j", async (data, users) => {
    expect(await listCompanies(answering(data))).toEqual([{ id: "c1", name: "Acme", users }]);
  });

  it.each([{}, { companies: "none" }, { companies: [{ name: "Acme" }] }])(
    "no companies from %j",
    async (data) => {
      await expect(listCompanies(answering(data))).rejects.toMatchObject({
        kind: "cluster",
        message: "system.get_companies at https://api.example.com answered without a list of companies",
      });
    },
  );

  it.each([
    [{ id: "c1" }, "c1"],
    [{ company: { id: "c1", name: "Acme" } }, "c1"],
    [{ company: "c1" }, "c1"],
    [{ company_id: "c1" }, "c1"],
    ["c1", "c1"],
    [{ created: true }, undefined],
  ])("the new company's id from %j", async (data, id) => {
    expect(await createCompany(answering(data), "Acme")).toBe(id);
  });

  it.each([
    [{ domains: [] }, []],
    [{ domains: ["a.example"] }, ["a.example"]],
    [{ settings: { company: { whitelist_domains: [{ domain: "a.example" }] } } }, ["a.example"]],
    [{ domains: [{ regex: 1 }] }, undefined],
    [{ other: ["a.example"] }, undefined],
    [{}, undefined],
  ])("domains from %j", async (data, domains) => {
    expect(await readDomains(answering(data), "u1")).toEqual(domains);
  });
});

describe("users", () => {
  it.each([
    { user: { id: "u1", name: "Ann", company: "c1" } },
    { user: { id: "u1", name: "Ann", company: { id: "c1", name: "Acme" } } },
  ])("reads %j", async (data) => {
    expect(await findUser(answering(data), "u1")).toEqual({ id: "u1", name: "Ann", company: "c1" });
  });

  const gone = () => {
    throw refused({ url: "u", endpoint: "users.get_by_id", keySource: "" }, 400, 301, "Invalid user id");
  };
  const claims = (role: string) => ({ user: "__root__", company: "c0", role, featureSet: "advanced" });
  it.each([
    ["root", { id: "u1", name: "Ann", company: "c1" }],
    ["system", undefined],
  ])("role %s acts as a user it cannot read by id", async (role, expected) => {
    const current = { user: { id: "u1", name: "Ann", company: { id: "c1" } } };
    const api: ClearmlApi = {
      ...answering({}),
      claims: async () => claims(role),
      call: async (endpoint, _, options) =>
        endpoint === "users.get_current_user" && options?.actAs === "u1" ? current : gone(),
    };
    expect(await findUser(api, "u1")).toEqual(expected);
  });

  it("takes exact names only from a list", async () => {
    const data = {
      users: [
        { id: "u1", name: "Ann" },
        { id: "u2", name: "Ann B" },
      ],
    };
    expect(await findUsersByName(answering(data), "u9", "Ann")).toEqual(["u1"]);
  });
});

describe("credentials", () => {
  it("are never asked for as a protected identity", async () => {
    const secrets = createSecrets(() => undefined);
    await expect(createCredentials(answering({}), secrets, "__supervisor__", "agent:acme")).rejects.toThrow(
      /protected identity/,
    );
  });
});

describe("exactly", () => {
  it.each(["default", "gpu (all)+", "a|b", "[x]", "50%-v1.0", "back\\slash", "^caret$"])(
    "matches %j alone",
    (name) => {
      const pattern = new RegExp(exactly([name, "other"]));
      expect(pattern.test(name)).toBe(true);
      expect(pattern.test(`${name}x`)).toBe(false);
      expect(pattern.test(`x${name}`)).toBe(false);
      expect(pattern.test(name.replace(/[.+()|[\]]/g, "y"))).toBe(!/[.+()|[\]]/.test(name));
    },
  );
});
