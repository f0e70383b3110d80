import { describe, expect, it } from "vitest";
import type { ReleaseChange } from "../../../src/plan/dangers/model.ts";
import type { PlannedObject } from "../../../src/plan/model.ts";
import { releaseDangers } from "../../../src/plan/release.ts";
import { type Data, manifest, object, record, TAG, use } from "./support.ts";

type Change = Partial<Omit<ReleaseChange, "use" | "current">> & { current?: Data };

/** `severity rule` of each danger, and their messages together. */
function dangers(id: Parameters<typeof use>[0], { current, ...change }: Change) {
  const chart = use(id).definition.charts[0]?.name ?? "it";
  const found = releaseDangers(
    {
      use: use(id),
      ...(current ? { current: record({ chart, chartVersion: "10.12.7", ...current }) } : {}),
      chart: { name: chart, version: "10.12.7" },
      values: {},
      ...change,
    },
    TAG,
  );
  expect(found.filter(({ hint }) => !hint)).toEqual([]);
  return {
    rules: found.map(({ severity, rule }) => `${severity} ${rule}`),
    text: found.map(({ message }) => message).join("\n"),
  };
}

const clearml = (values: Data) => ({ clearml: values });
const apiserver = (...pairs: [string, string][]) => ({
  apiserver: { extraEnvs: pairs.map(([name, value]) => ({ name, value })) },
});
const mongo = (old: boolean | undefined, mck?: "on" | "migrated", external?: string) => ({
  ...(old === undefined ? {} : { mongodb: { enabled: old } }),
  ...(mck ? { mckMongodb: { enabled: true, migrated: mck === "migrated" } } : {}),
  ...(external ? { externalServices: { mongodbConnectionStringAuth: external } } : {}),
});
const SUPERVISOR: [string, string] = ["CLEARML__secure__credentials__supervisor__role", "system"];

describe("dangers of a control plane", () => {
  const values: [what: string, before: Data, after: Data, expected: string[]][] = [
    [
      "the signing secret",
      clearml({ secureAuthTokenSecret: "a" }),
      clearml({ secureAuthTokenSecret: "b" }),
      ["stop signing-secret-changed"],
    ],
    [
      "the signing secret set for the first time",
      {},
      clearml({ secureAuthTokenSecret: "b" }),
      ["stop signing-secret-changed"],
    ],
    ["a key that was empty", clearml({ secureAuthTokenSecret: "", apiserverKey: null }), {}, []],
    [
      "the signing secret as a variable",
      apiserver(["CLEARML__secure__auth__token_secret", "a"]),
      apiserver(["CLEARML__secure__auth__token_secret", "b"]),
      ["stop signing-secret-changed"],
    ],
    [
      "the signing secret by another way",
      clearml({ secureAuthTokenSecret: "a" }),
      apiserver(["CLEARML__secure__auth__token_secret", '"a"']),
      [],
    ],
    [
      "keys of the services",
      clearml({ apiserverKey: "a", fileserverSecret: "a" }),
      clearml({ apiserverKey: "b", fileserverSecret: "b" }),
      ["note signing-secret-changed", "note signing-secret-changed"],
    ],
    [
      "where the keys come from",
      clearml({ secureAuthTokenSecret: "a" }),
      clearml({ existingSecret: "own" }),
      ["note signing-secret-changed"],
    ],
    [
      "the name of the cookie",
      clearml({ cookieName: "a" }),
      clearml({ cookieName: "b" }),
      ["stop cookie-changed"],
    ],
    [
      "the domain of the cookie",
      clearml({ cookieDomain: "a" }),
      clearml({ cookieDomain: "b" }),
      ["stop cookie-changed"],
    ],
    ["the name of the cookie given", {}, clearml({ cookieName: "b" }), ["note cookie-changed"]],
    ["a user taken out", apiserver(SUPERVISOR), {}, ["stop credential-user-removed"]],
    [
      "a user of a file taken out",
      { apiserver: { additionalConfigs: { "secure.conf": "credentials { supervisor { role: system } }" } } },
      {},
      ["stop credential-user-removed"],
    ],
    [
      "a user of a text that the server does not read",
      { apiserver: { additionalConfigs: { "secure.txt": "credentials { supervisor { role: system } }" } } },
      {},
      [],
    ],
    [
      "a user moved to a file",
      apiserver(SUPERVISOR),
      { apiserver: { additionalConfigs: { "secure.conf": "credentials { supervisor { role: system } }" } } },
      [],
    ],
    [
      "a user of the server's own",
      apiserver(["CLEARML__secure__credentials__webserver__role", "system"]),
      {},
      [],
    ],
    ["another role of a user", apiserver(SUPERVISOR), apiserver([SUPERVISOR[0], "admin"]), []],
    ["nothing", clearml({ cookieName: "a" }), { ...clearml({ cookieName: "a" }), webserver: {} }, []],
    ["the old database alone switched off", mongo(undefined), mongo(false), ["stop mongo-switched"]],
    [
      "the new database without the step between",
      mongo(true),
      mongo(false, "migrated"),
      ["stop mongo-switched"],
    ],
    [
      "the old database off before the data moved",
      mongo(true, "on"),
      mongo(false, "on"),
      ["stop mongo-switched"],
    ],
    ["both on, while data moves", mongo(true), mongo(true, "on"), []],
    ["the end of the migration", mongo(true, "on"), mongo(false, "migrated"), []],
    ["back to the old database", mongo(false, "migrated"), mongo(true), ["stop mongo-switched"]],
    [
      "to a database of one's own",
      mongo(true),
      mongo(false, undefined, "mongodb://x"),
      ["stop mongo-switched"],
    ],
    [
      "away from a database of one's own",
      mongo(false, undefined, "mongodb://x"),
      mongo(true),
      ["stop mongo-switched"],
    ],
    [
      "a database of one's own that stays",
      mongo(false, undefined, "mongodb://x"),
      mongo(false, undefined, "mongodb://x"),
      [],
    ],
    ["other names of objects", {}, { fullnameOverride: "x" }, ["stop chart-replaced"]],
  ];
  it.each(values)("values: %s", (_, before, after, expected) => {
    expect(dangers("control-plane", { current: { values: before }, values: after }).rules).toEqual(expected);
  });

  const NEW = { name: "clearml-enterprise", version: "10.12.7" };
  const migrated = mongo(false, "migrated");
  const charts: [what: string, current: Data, version: string, expected: string[]][] = [
    ["past the migration of MongoDB", { chartVersion: "10.8.16" }, "10.12.7", ["stop upgrade-step-skipped"]],
    ["to the migration", { chartVersion: "10.8.16" }, "10.11.7", []],
    [
      "from the migration, which was not done",
      { chartVersion: "10.11.7" },
      "10.12.7",
      ["stop upgrade-step-skipped"],
    ],
    ["from the migration, which was done", { chartVersion: "10.11.7", values: migrated }, "10.12.7", []],
    [
      "past the migration with a database of one's own",
      { chartVersion: "10.8.16", values: mongo(false, undefined, "mongodb://x") },
      "10.12.7",
      [],
    ],
    ["to where nothing runs as root", { chartVersion: "10.12.7" }, "11.0.0", ["stop upgrade-step-skipped"]],
    [
      "past both",
      { chartVersion: "10.7.6" },
      "11.0.1",
      ["stop upgrade-step-skipped", "stop upgrade-step-skipped"],
    ],
    ["one more patch", { chartVersion: "10.12.6" }, "10.12.7", []],
    ["back", { chartVersion: "10.12.7" }, "10.12.6", ["note chart-downgraded"]],
    ["to another chart", { chart: "clearml", chartVersion: "7.14.4" }, "10.12.7", ["stop chart-replaced"]],
  ];
  it.each(charts)("chart: %s", (_, current, version, expected) => {
    const values = current.values as Data | undefined;
    const change = { current, chart: { ...NEW, version }, ...(values ? { values } : {}) };
    expect(dangers("control-plane", change).rules).toEqual(expected);
  });

  it("tells of an installation only what cannot be right", () => {
    expect(dangers("control-plane", { values: clearml({ cookieName: "a" }) }).rules).toEqual([]);
    expect(dangers("control-plane", { values: mongo(true, "on") }).rules).toEqual(["note mongo-switched"]);
  });

  it("shows tags in place of secrets", () => {
    const { text } = dangers("control-plane", {
      current: { values: clearml({ secureAuthTokenSecret: "old-secret-text" }) },
      values: clearml({ secureAuthTokenSecret: "new-secret-text" }),
    });
    expect(text).toContain(`tag ${TAG("old-secret-text")} → tag ${TAG("new-secret-text")}`);
    expect(text).not.toContain("secret-text");
  });
});

describe("dangers of other components", () => {
  it("tells of the password that all agents hold", () => {
    const auth = (password: string) => ({ auth: { password } });
    const change = {
      current: { values: auth("a") },
      values: auth("b"),
      chart: { name: "redis", version: "10.12.7" },
    };
    expect(dangers("redis", change).rules).toEqual(["stop redis-password-changed"]);
    expect(dangers("redis", change).text).toContain(`(tag ${TAG("a")} → tag ${TAG("b")})`);
    expect(dangers("redis", { ...change, values: {} }).text).toContain(
      "auth.password of the shared Redis changes:",
    );
    expect(dangers("redis", { values: auth("b") }).rules).toEqual([]);
    expect(dangers("agent", { current: { values: auth("a") }, values: auth("b") }).rules).toEqual([]);
    expect(dangers("redis", { ...change, values: auth("a") }).rules).toEqual([]);
    const existing = { ...change, values: { auth: { password: "a", existingSecret: "own" } } };
    expect(dangers("redis", existing).text).toContain("auth.existingSecret of the shared Redis changes:");
  });

  it("tells of queues that nobody serves any more", () => {
    const queues = (...names: string[]) => ({
      agentk8sglue: { queues: Object.fromEntries(names.map((name) => [name, {}])) },
    });
    const { rules, text } = dangers("agent", {
      current: { values: queues("a", "b") },
      values: queues("b", "c"),
    });
    expect(rules).toEqual(["note queue-removed"]);
    expect(text).toContain("queue `a`");
  });

  it("tells of a gateway under another name", () => {
    const old = record({ release: "old-gateway", chart: "clearml-enterprise-task-traffic-router" });
    const unrelated = record({ release: "agent", chart: "clearml-enterprise-agent" });
    const gone = { ...old, status: "uninstalled" };
    expect(dangers("task-traffic-router", { others: [unrelated, old] }).text).toContain("old-gateway");
    expect(dangers("task-traffic-router", { others: [unrelated, gone] }).rules).toEqual([]);
    expect(dangers("task-traffic-router", { current: {}, others: [old] }).rules).toEqual([]);
    expect(dangers("agent", { others: [old] }).rules).toEqual([]);
  });

  it("weighs another chart less where there is no data", () => {
    expect(dangers("agent", { current: { chart: "clearml-agent" } }).rules).toEqual(["note chart-replaced"]);
  });

  const planned = (count: number, fields: Partial<PlannedObject> = {}) =>
    Array.from(
      { length: count },
      (_, index): PlannedObject => ({
        ...{ apiVersion: "v1", kind: "ConfigMap", name: `it-${index}`, action: "change", dangers: [] },
        ...{ diff: " a: 1\n-b: 1\n+b: 2", ...fields },
      }),
    );
  const labelled = { diff: "-    helm.sh/chart: it-1.0.0\n+    helm.sh/chart: it-1.0.1" };
  const current = { manifest: manifest(object("ConfigMap"), object("Secret")) };
  const blasts: [what: string, change: Change, expected: string[]][] = [
    ["60 objects", { current, objects: planned(60) }, ["note many-objects"]],
    ["59 objects", { current, objects: planned(59) }, []],
    ["only the version on 60", { current, objects: planned(60, labelled) }, []],
    ["60 hooks", { current, objects: planned(60, { hook: true }) }, []],
    ["60 of an installation", { objects: planned(60, { action: "create" }) }, []],
    ["all deleted", { current, objects: planned(2, { action: "delete" }) }, ["note many-objects"]],
    ["one of two deleted", { current, objects: planned(1, { action: "delete" }) }, []],
  ];
  it.each(blasts)("counts %s", (_, change, expected) => {
    expect(dangers("agent", change).rules).toEqual(expected);
  });
});
