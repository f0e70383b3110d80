import { describe, expect, it } from "vitest";
import { load, problemsOf, SOUND, SOUND_TENANT } from "./support.ts";

describe("tenants", () => {
  const tenant = (fields: string) => `name: acme\nadmin: { name: A, email: a@acme.example }\n${fields}`;
  const files = (first: string, second: string) => ({
    "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
    "tenants/a.yaml": first,
    "tenants/b.yaml": second,
  });

  it.each([
    [
      "name",
      tenant("namespace: a\ncompany: A\n"),
      "tenants/b.yaml:1:7: two tenants have the name `acme`: here and at tenants/a.yaml:1",
    ],
    [
      "namespace",
      tenant("company: A\n").replace("name: acme", "name: other\nnamespace: acme"),
      "tenants/b.yaml:2:12: two tenants have the namespace `acme`",
    ],
    [
      "company",
      tenant("company: acme\n").replace("name: acme", "name: other"),
      "tenants/b.yaml:3:10: two tenants have the company `acme`",
    ],
    [
      "company, whatever blanks stand around it",
      tenant('company: " acme "\n').replace("name: acme", "name: other"),
      "tenants/b.yaml:3:10: two tenants have the company `acme`: here and at tenants/a.yaml:1:7",
    ],
    [
      "e-mail address",
      "name: other\nadmin: { name: A, email: ADMIN@acme.example }\n",
      "tenants/b.yaml:2:26: two tenants have the e-mail address `admin@acme.example`",
    ],
  ])("must differ in %s", async (_, second, expected) => {
    const problems = await problemsOf(files(SOUND_TENANT, second));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it("must not live in a namespace of the server", async () => {
    const problems = await problemsOf({
      "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
      "tenants/a.yaml": `${SOUND_TENANT}namespace: clearml\n`,
    });
    expect(problems).toEqual([
      "tenants/a.yaml:3:12: tenant `acme` has the namespace `clearml` of component `control-plane`; give the tenant a namespace of its own",
    ]);
  });

  it("may be none at all", async () => {
    const environment = await load({
      "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
      "tenants/.keep": "",
    });
    expect(environment.tenants).toEqual([]);
  });
});
