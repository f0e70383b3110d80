import { afterEach, describe, expect, it } from "vitest";
import {
  type ClearmlApi,
  type ClearmlApiOptions,
  startClearmlApi,
} from "../../support/clearml-api/server.ts";
import { actAs, call, impersonate } from "./caller.ts";

const started: ClearmlApi[] = [];
async function start(options?: ClearmlApiOptions): Promise<ClearmlApi> {
  const api = await startClearmlApi(options);
  started.push(api);
  return api;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((api) => api.stop()));
});

/** A company with an administrator and the administrator's key pair. */
async function tenant(api: ClearmlApi, name: string) {
  const company = (await call(api, "system.create_company", { name })).data.id;
  const person = { name: `${name} admin`, company, email: `admin@${name}.example`, role: "admin" };
  const admin = (await call(api, "auth.create_user", person)).data.id;
  const { credentials } = (await call(api, "auth.create_credentials", { label: "agent" }, impersonate(admin)))
    .data as { credentials: { access_key: string; secret_key: string } };
  return {
    company,
    admin,
    key: { accessKey: credentials.access_key, secretKey: credentials.secret_key },
  };
}

describe("the assumed Enterprise edition", () => {
  it("says so in the token", async () => {
    const features = async (options: ClearmlApiOptions) => {
      const { token } = (await call(await start(options), "auth.login")).data;
      return JSON.parse(Buffer.from(`${token}`.split(".")[1] ?? "", "base64url").toString()).feature_set;
    };
    expect(await features({})).toBe("advanced");
    expect(await features({ edition: "community" })).toBe("basic");
  });

  it("creates and lists companies", async () => {
    const api = await start();
    const created = await call(api, "system.create_company", { name: "  acme  " });
    expect(created).toMatchObject({ result: "200/0", data: { id: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    const { companies } = (await call(api, "system.get_companies")).data;
    expect(companies).toEqual([
      { id: "d1bd92a3b039400cbafc60a7a5b1e52b", name: "clearml" },
      { id: created.data.id, name: "acme" },
    ]);
  });

  it.each([
    ["a second company of the name", { name: "acme" }, "400/801"],
    ["a short name", { name: " a " }, "400/800"],
    ["no name", {}, "400/12"],
  ])("refuses %s", async (_, body, result) => {
    const api = await start();
    await call(api, "system.create_company", { name: "acme" });
    expect((await call(api, "system.create_company", body)).result).toBe(result);
  });

  it("makes companies of the same name where names are not unique", async () => {
    const api = await start({ uniqueCompanyNames: false });
    const ids = new Set();
    for (const name of ["acme", "acme"])
      ids.add((await call(api, "system.create_company", { name })).data.id);
    expect(ids.size).toBe(2);
  });

  it("keeps administrators of companies out of system.*", async () => {
    const api = await start();
    const { key } = await tenant(api, "acme");
    for (const endpoint of [
      "system.create_company",
      "system.get_companies",
      "system.update_company_settings",
    ])
      expect((await call(api, endpoint, { name: "other" }, { key })).result, endpoint).toBe("403/20");
  });

  it("lets the system key act in every company, and companies apart", async () => {
    const api = await start();
    const [acme, other] = [await tenant(api, "acme"), await tenant(api, "other")];
    const created = await call(api, "queues.create", { name: "default" }, impersonate(acme.admin));
    expect(created.result).toBe("200/0");
    const queues = async (key: typeof acme.key) =>
      (await call(api, "queues.get_all", {}, { key })).data.queues;
    expect(await queues(acme.key)).toMatchObject([{ name: "default", company: acme.company }]);
    expect(await queues(other.key)).toEqual([]);
    const foreign = await call(api, "users.get_current_user", {}, { key: acme.key, ...actAs(other.admin) });
    expect(foreign.result).toBe("400/6");
  });

  it("replaces the domains of the company acted in", async () => {
    const api = await start();
    const [acme, other] = [await tenant(api, "acme"), await tenant(api, "other")];
    const domains = async (admin: unknown) =>
      (await call(api, "login.get_settings", {}, actAs(admin))).data.domains;
    for (const wanted of [["acme.example", "acme.test"], ["acme.example"]]) {
      const set = await call(api, "login.set_domains", { domains: wanted }, actAs(acme.admin));
      expect(set.result).toBe("200/0");
      expect(await domains(acme.admin)).toEqual(wanted);
    }
    const broken = { domains: ["good.example", "no domain"] };
    expect((await call(api, "login.set_domains", broken, actAs(acme.admin))).result).toBe("400/23");
    expect(await domains(acme.admin)).toEqual(["acme.example"]);
    expect(await domains(other.admin)).toEqual([]);
  });

  it("keeps whitelist entries", async () => {
    const api = await start();
    const { admin } = await tenant(api, "acme");
    const entries = { emails: ["a@x.example", "b@x.example"], is_admin: true };
    await call(api, "login.add_whitelist_entries", entries, actAs(admin));
    await call(api, "login.remove_whitelist_entries", { emails: ["a@x.example"] }, actAs(admin));
    const { whitelist } = (await call(api, "login.get_settings", {}, actAs(admin))).data;
    expect(whitelist).toEqual([{ email: "b@x.example", is_admin: true }]);
  });

  it("stores the features of a company that exists", async () => {
    const api = await start();
    const { company } = await tenant(api, "acme");
    const features = ["applications"];
    const updated = await call(api, "system.update_company_settings", { company, features });
    expect(updated).toMatchObject({ result: "200/0", data: { updated: 1 } });
    expect(api.state.companies.get(`${company}`)?.settings.features).toEqual(features);
    const unknown = await call(api, "system.update_company_settings", { company: "none", features });
    expect(unknown.result).toBe("400/10");
  });
});
