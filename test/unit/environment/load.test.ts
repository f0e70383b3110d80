import { describe, expect, it } from "vitest";
import { load, problemsOf, SOUND, SOUND_TENANT } from "./support.ts";

describe("a sound environment", () => {
  it("gets the defaults of file and catalogue", async () => {
    const environment = await load({ "clearml.yaml": `${SOUND}  redis:\n` });
    expect(environment).toMatchObject({
      file: "clearml.yaml",
      edition: "enterprise",
      variables: {},
      secrets: [],
      tenants: [],
      lint: { failOn: "error", rules: {} },
    });
    expect(environment.components).toMatchObject([
      { id: "control-plane", version: "10.12.7", namespace: "clearml", release: "clearml", enabled: true },
      { id: "redis", namespace: "redis-shared", release: "redis", overrides: [], needs: [] },
    ]);
    expect(environment.components[1]?.at).toMatchObject({ file: "clearml.yaml", line: 6, column: 3 });
  });

  it("reads tenants of a glob, with paths relative to the file they stand in", async () => {
    const environment = await load({
      "env/clearml.yaml": "",
      "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
      "tenants/acme.yaml": `${SOUND_TENANT}components:\n  agent: { overrides: [acme/agent.yaml], timeout: 1h30m }\n`,
      "tenants/acme/agent.yaml": "agentk8sglue: {}\n",
    });
    const [tenant] = environment.tenants;
    expect(tenant).toMatchObject({
      name: "acme",
      namespace: "acme",
      company: "acme",
      domains: [],
      queues: [],
    });
    expect(tenant?.components).toMatchObject([
      { id: "agent", tenant: "acme", namespace: "acme", timeoutMs: 5_400_000 },
    ]);
    expect(tenant?.components[0]?.overrides[0]).toMatchObject({
      file: "tenants/acme/agent.yaml",
      source: { value: { agentk8sglue: {} } },
    });
  });

  it("reads tenants in place", async () => {
    const tenants = `tenants:\n  - ${SOUND_TENANT.trim().replaceAll("\n", "\n    ")}\n`;
    const environment = await load({ "clearml.yaml": SOUND + tenants });
    expect(environment.tenants[0]).toMatchObject({ name: "acme", path: ["tenants", 0] });
  });

  it("reads `off` without quotes as the word, though YAML 1.1 says false", async () => {
    const environment = await load({ "clearml.yaml": `${SOUND}lint: { rules: { implicit-type: off } }\n` });
    expect(environment.lint.rules).toEqual({ "implicit-type": "off" });
  });

  it("replaces names the files know, and leaves a secret for later", async () => {
    const environment = await load({
      "clearml.yaml": `${SOUND.replace("version: 10.12.7", "repository: '${REGISTRY}/${BASE_DOMAIN}', values: { a: '${LATER}' }")}
  applications: { archive: "\${APPS_URL}", imageRegistry: "$\${literal}" }
variables: { REGISTRY: "oci://registry.example.com" }
secrets: [APPS_URL]
tenants: tenants/*.yaml
`,
      "tenants/acme.yaml": `${SOUND_TENANT}components:\n  agent: { release: "\${TENANT}-agent" }\n`,
    });
    expect(environment.components).toMatchObject([
      { repository: "oci://registry.example.com/ml.example.com", values: { a: "${LATER}" } },
      { archive: "${APPS_URL}", imageRegistry: "${literal}" },
    ]);
    expect(environment.tenants[0]?.components[0]?.release).toBe("acme-agent");
  });

  it.each([
    ["clearml-agent", "clearml-agent"],
    ["oci://registry.example.com/charts/agent", "oci://registry.example.com/charts/agent"],
    ["charts/agent", "charts/agent"],
    ["./agent", "./agent"],
    ["agent-1.0.0.tgz", "agent-1.0.0.tgz"],
  ])("chart %s is %s", async (written, expected) => {
    const environment = await load({ "clearml.yaml": `${SOUND}  agent: { chart: "${written}" }\n` });
    expect(environment.components[1]?.chart).toBe(expected);
  });
});

describe("a wrong file", () => {
  const CASES: [string, string | undefined, string[]][] = [
    [
      "missing",
      undefined,
      ["config file clearml.yaml does not exist; set the `config` input to the path of your clearml.yaml"],
    ],
    ["empty", "", ["clearml.yaml:1:1: the file is empty; see the example in the README"]],
    ["a list", "- a\n", ["clearml.yaml:1:1: clearml.yaml is a map of keys; see the example in the README"]],
    ["broken YAML", "version: 1\nname: [a\n", ["clearml.yaml:3:1: invalid YAML: "]],
    ["a duplicate key", `${SOUND}name: other\n`, ["clearml.yaml:6:1: duplicate key `name`"]],
    ["two documents", `${SOUND}---\nversion: 1\n`, ["more than one YAML document"]],
    [
      "an unknown key",
      SOUND.replace("baseDomain", "baseDomian"),
      [
        "clearml.yaml:1:1: `baseDomain` is missing; add `baseDomain`",
        "clearml.yaml:3:1: unknown key `baseDomian`; did you mean `baseDomain`?",
      ],
    ],
    [
      "an unknown component",
      `${SOUND}  redus: {}\n`,
      ["clearml.yaml:6:3: unknown component `redus` in `components`; did you mean `redis`?"],
    ],
    [
      "an unknown key of a component",
      SOUND.replace("version: 10", "versoin: 10"),
      ["clearml.yaml:5:20: unknown key `versoin` in `components.control-plane`; did you mean `version`?"],
    ],
    [
      "a key of another component",
      `${SOUND}  redis: { archive: x }\n`,
      ["clearml.yaml:6:12: unknown key `archive` in `components.redis`; known: "],
    ],
    [
      "a number for a text",
      SOUND.replace("10.12.7", "10.12"),
      [
        "clearml.yaml:5:29: `components.control-plane.version`: expected a text, found `10.12`; write it in quotes",
      ],
    ],
    [
      "another format",
      SOUND.replace("version: 1\n", "version: 2\n"),
      ["clearml.yaml:1:10: `version`: expected 1, found `2`"],
    ],
    [
      "a wrong domain",
      SOUND.replace("ml.example.com", "https://ml.example.com/"),
      [
        "clearml.yaml:3:13: `baseDomain`: expected a domain such as ml.example.com, found `https://ml.example.com/`",
      ],
    ],
    [
      "a wrong word",
      `${SOUND}edition: comunity\n`,
      [
        "clearml.yaml:6:10: `edition`: expected one of enterprise, community, found `comunity`; did you mean `community`?",
      ],
    ],
    [
      "a wrong severity",
      `${SOUND}lint: { rules: { a: warn } }\n`,
      ["clearml.yaml:6:21: `lint.rules.a`: expected one of off, info, warning, error, found `warn`"],
    ],
    [
      "a wrong list",
      `${SOUND}secrets: TOKEN\n`,
      ["clearml.yaml:6:10: `secrets`: expected a list, found `TOKEN`"],
    ],
    [
      "an illegal name",
      `${SOUND}variables: { "a b": c }\n`,
      ["clearml.yaml:6:14: `variables.a b`: expected a name of letters, digits and underscores"],
    ],
    [
      "a wrong duration",
      SOUND.replace("version: 10.12.7", "timeout: ten"),
      ["clearml.yaml:5:29: `components.control-plane.timeout`: expected a duration such as 10m, found `ten`"],
    ],
    [
      "an unknown need",
      SOUND.replace("version: 10.12.7", "needs: [redsi]"),
      ["clearml.yaml:5:28: `components.control-plane.needs.0`: expected one of"],
    ],
    [
      "tenants that are neither glob nor list",
      `${SOUND}tenants: 3\n`,
      ["clearml.yaml:6:10: `tenants`: expected a text or a list, found `3`"],
    ],
    [
      "a wrong tenant in place",
      `${SOUND}tenants:\n  - name: acme\n    admin: { name: A, email: nowhere }\n`,
      ["clearml.yaml:8:30: `tenants.0.admin.email`: expected an e-mail address, found `nowhere`"],
    ],
    [
      "a missing folder of tenants",
      `${SOUND}tenants: tenant/*.yaml\n`,
      ["clearml.yaml:6:10: `tenants`: tenant does not exist; create it, or correct the path"],
    ],
    [
      "a missing override file",
      SOUND.replace("version: 10.12.7", "overrides: [a.yaml]"),
      ["clearml.yaml:5:32: override file a.yaml does not exist; correct the path"],
    ],
    [
      "an unknown name",
      `${SOUND.replace("version: 10.12.7", "repository: '${REGISTRI}'")}variables: { REGISTRY: x }\n`,
      ["clearml.yaml:5:32: unknown name `${REGISTRI}`; did you mean `${REGISTRY}`?"],
    ],
    [
      "a secret where it would be shown",
      `${SOUND.replace("version: 10.12.7", "repository: '${TOKEN}'")}secrets: [TOKEN]\n`,
      ["clearml.yaml:5:32: `components.control-plane.repository` cannot hold a secret"],
    ],
    [
      "a GitHub expression",
      SOUND.replace("version: 10.12.7", "repository: '${{ vars.REGISTRY }}'"),
      ["clearml.yaml:5:32: GitHub does not evaluate `${{ vars.REGISTRY }}` in a file"],
    ],
    [
      "names the toolkit has taken, or that stand twice",
      `${SOUND}variables: { TENANT: a, X: b }\nsecrets: [X, JWKS_KEY]\n`,
      [
        "clearml.yaml:6:14: variable `TENANT` has a name the toolkit fills in itself",
        "clearml.yaml:6:25: `X` is both a variable and a secret",
        "clearml.yaml:7:14: secret `JWKS_KEY` has a name the toolkit fills in itself",
      ],
    ],
    [
      "a variable with a placeholder",
      `${SOUND}variables: { A: "\${BASE_DOMAIN}" }\n`,
      ["clearml.yaml:6:17: variable `A` holds a placeholder, and variables are plain text"],
    ],
    [
      "both gateways side by side",
      `${SOUND}  app-gateway: {}\n  task-traffic-router: {}\n`,
      ["clearml.yaml:7:3: `app-gateway` and `task-traffic-router` stand side by side"],
    ],
    [
      "one release for two components",
      `${SOUND}  redis: { namespace: clearml, release: clearml }\n`,
      ["clearml.yaml:6:3: `redis` and `control-plane` are one release: `clearml` in `clearml`"],
    ],
  ];

  it.each(CASES)("%s", async (_, text, expected) => {
    const problems = await problemsOf(text === undefined ? { "other.yaml": "" } : { "clearml.yaml": text });
    expect(problems).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(problems[index]).toContain(part);
  });

  it("tells all problems of all files at once, in the order of their places", async () => {
    const problems = await problemsOf({
      "clearml.yaml": `${SOUND.replace("version: 10.12.7", "overrides: [a.yaml]")}  redus: {}\ntenants: tenants/*.yaml\n`,
      "tenants/a.yaml": "name: A\n",
      "tenants/b.yaml": `${SOUND_TENANT}components:\n  control-plane: {}\n  agent: { overrides: [gone.yaml] }\n`,
      "tenants/c.yaml": "name: [\n",
    });
    const expected = [
      "clearml.yaml:5:32: override file a.yaml does not exist",
      "clearml.yaml:6:3: unknown component `redus` in `components`",
      "tenants/a.yaml:1:1: `admin` is missing",
      "tenants/a.yaml:1:7: `name`: expected lower-case letters",
      "tenants/b.yaml:4:3: component `control-plane` cannot stand here",
      "tenants/b.yaml:5:24: override file tenants/gone.yaml does not exist",
      "tenants/c.yaml:2:1: invalid YAML",
    ];
    expect(problems).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(problems[index]).toContain(part);
  });
});
