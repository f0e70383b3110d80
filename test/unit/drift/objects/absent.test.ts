import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { fakeServer } from "./fake-server.ts";
import { deployed, namespace, release, scanned, scanOn, short } from "./support.ts";

const map = (name: string, at = "") =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${at && `, namespace: ${at}`} }\ndata: { a: b }\n`;
const ROLE =
  "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: agent-reader }\nrules: []\n";
const WIDGET = "---\napiVersion: test.example/v1\nkind: Widget\nmetadata: { name: w }\nspec: { size: 1 }\n";
const CLAIM =
  "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { storageClassName: fast }\n";
const DELETED_AT = "2026-11-20T10:00:00Z";

function deleted<T extends KubernetesObject>(object: T, finalizers: string[] = []): T {
  return { ...object, metadata: { ...object.metadata, deletionTimestamp: DELETED_AT, finalizers } };
}

describe("what is not there", () => {
  it("is one thing where a whole namespace is gone, whatever releases were in it", async () => {
    const releases = [
      release("acme", map("a") + map("b") + ROLE, { tenant: "acme" }),
      release("acme", map("c"), { tenant: "acme", name: "gateway" }),
      release("globex", map("d"), { tenant: "globex" }),
    ];
    const role = deployed(releases[0] as never).filter(({ kind }) => kind === "ClusterRole");
    const { findings, asked } = await scanned(releases, { objects: [...role, namespace("globex")] });
    expect(findings.map(short).sort()).toEqual(["missing ConfigMap globex/d", "missing Namespace acme"]);
    expect(findings.find(({ object }) => object?.kind === "Namespace")).toMatchObject({
      tenant: "acme",
      upgradeRepairs: true,
      message: "agent: namespace acme is gone, with 3 objects of agent (acme), agent (acme)",
    });
    expect(asked.filter((request) => request.includes("/namespaces/acme/"))).toEqual([]);
  });

  it("says that nobody makes a namespace which is not a release's own", async () => {
    const { findings } = await scanned([release("acme", map("a", "elsewhere"))], {
      objects: [namespace("acme")],
    });
    expect(findings).toMatchObject([
      {
        object: { kind: "Namespace", name: "elsewhere" },
        upgradeRepairs: false,
        hint: expect.stringContaining("make it by hand"),
      },
    ]);
  });

  it("is one thing where a namespace is being deleted, even if most of it is still there", async () => {
    const agent = release("acme", map("a") + map("b") + map("c"));
    const [a, b] = deployed(agent);
    const { findings } = await scanned([agent], {
      objects: [deleted(namespace("acme")), a, deleted(b as never)] as KubernetesObject[],
    });
    expect(findings).toMatchObject([
      {
        object: { kind: "Namespace", name: "acme" },
        actual: "is being deleted",
        since: DELETED_AT,
        upgradeRepairs: false,
        message: expect.stringContaining("with 3 objects"),
      },
    ]);
  });

  it("asks for the namespaces of what is missing where it may not list them", async () => {
    const releases = [
      release("acme", map("a") + map("b")),
      release("globex", map("d")),
      release("fine", map("e")),
    ];
    const { findings, asked } = await scanned(releases, {
      objects: [namespace("globex"), ...deployed(releases[2] as never)],
      refuse: ({ resource, verb }) =>
        resource === "namespaces" && verb === "list" ? { code: 403 } : undefined,
    });
    expect(findings.map(short).sort()).toEqual(["missing ConfigMap globex/d", "missing Namespace acme"]);
    expect(asked.filter((request) => request.startsWith("GET /api/v1/namespaces/"))).toEqual([
      "GET /api/v1/namespaces/acme",
      "GET /api/v1/namespaces/globex",
      "GET /api/v1/namespaces/globex/configmaps/d",
    ]);
  });

  it("is one thing where the namespace has just been told to go, and all of it is still there", async () => {
    const agent = release("acme", map("a") + map("b"));
    const { findings } = await scanned([agent], {
      objects: [...deployed(agent), deleted(namespace("acme"))],
    });
    expect(findings.map(short)).toEqual(["missing Namespace acme"]);
  });

  it("is told one by one where namespaces may not be read", async () => {
    const { findings, unread } = await scanned([release("acme", map("a") + map("b"))], {
      objects: [],
      refuse: ({ resource }) => (resource === "namespaces" ? { code: 403 } : undefined),
    });
    expect(findings.map(short)).toEqual(["missing ConfigMap acme/a", "missing ConfigMap acme/b"]);
    expect(unread).toEqual([]);
  });

  it("is not gone yet while a finalizer holds it", async () => {
    const agent = release("acme", CLAIM);
    const live = deployed(agent).map((object) => deleted(object, ["kubernetes.io/pvc-protection"]));
    const { findings } = await scanned([agent], { objects: [namespace("acme"), ...live] });
    expect(findings).toMatchObject([
      {
        class: "missing",
        since: DELETED_AT,
        upgradeRepairs: false,
        hint: expect.stringContaining("kubernetes.io/pvc-protection"),
      },
    ]);
  });

  it("warns of data that an upgrade does not bring back", async () => {
    const { findings } = await scanned([release("acme", CLAIM)], { objects: [namespace("acme")] });
    expect(findings).toMatchObject([{ upgradeRepairs: true, hint: expect.stringContaining("backup") }]);
  });

  it("is one thing where the cluster does not know the kind any more", async () => {
    const releases = ["acme", "globex"].map((each) => release(each, WIDGET, { tenant: each }));
    const { findings, unread } = await scanned(releases, { objects: [] });
    expect(unread).toEqual([]);
    expect(findings).toMatchObject([
      {
        class: "missing",
        object: { apiVersion: "test.example/v1", kind: "Widget", namespace: "acme", name: "w" },
        upgradeRepairs: false,
        message: expect.stringContaining("2 objects of agent went with it"),
      },
    ]);
    const known = await scanned(releases, {
      objects: releases.flatMap((each) => deployed(each)),
      custom: ["test.example/v1/Widget"],
    });
    expect(known.findings).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ["policy/v1beta1", "PodDisruptionBudget", []],
    ["test.example/v1", "Widget", ["test.example/v2/Widget"]],
  ])("is not gone where the cluster serves another version than %s", async (apiVersion, kind, custom) => {
    const agent = release("acme", `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: w }\n`);
    const { findings, unread } = await scanned([agent], { objects: [namespace("acme")], custom });
    expect(unread).toEqual([]);
    expect(findings).toMatchObject([
      {
        class: "release",
        object: { kind, name: "w" },
        upgradeRepairs: false,
        hint: expect.stringContaining("mapkubeapis"),
      },
    ]);
    expect(findings[0]?.message).toContain(apiVersion);
  });

  it("is not called gone where the cluster serves the kind and does not name it", async () => {
    const kind = "test.example/v1/Widget";
    const agent = release("acme", WIDGET);
    const { findings, unread } = await scanned([agent], { objects: [], custom: [kind], hidden: [kind] });
    expect(findings).toEqual([]);
    expect(unread).toEqual([
      { scope: "Widget of test.example/v1", reason: expect.stringContaining("run again") },
    ]);
  });

  it("is not compared as well while it is being deleted", async () => {
    const agent = release("acme", map("a"));
    const live = deployed(agent).map((object) => deleted({ ...object, data: { a: "other" } }));
    expect((await scanned([agent], { objects: live })).findings.map(short)).toEqual([
      "missing ConfigMap acme/a",
    ]);
  });

  it("is not called gone where the cluster cannot say what it knows", async () => {
    const agent = release("acme", WIDGET);
    const { findings, unread } = await scanned([agent], {
      objects: [],
      refuse: (_, { path }) => (path === "/apis" ? { code: 503 } : undefined),
    });
    expect(findings).toEqual([]);
    expect(unread.map(({ scope }) => scope)).toContain("Widget of test.example/v1");
  });

  it("may go, or come anew, while it is looked at", async () => {
    const agent = release("acme", map("a"));
    const changed = () => deployed(agent).map((object) => ({ ...object, data: { a: "other" } }));
    const path = "/api/v1/namespaces/acme/configmaps/a";
    const found = async (onDryRun: (objects: Map<string, KubernetesObject>, times: number) => void) => {
      let times = 0;
      const server = fakeServer({
        objects: [namespace("acme"), ...changed()],
        refuse: (_, { method }) => {
          if (method === "PATCH") onDryRun(server.objects, ++times);
          return undefined;
        },
      });
      const { findings, unread } = await scanOn(server, [agent]);
      return [...findings.map(short), ...unread.map(({ scope }) => `unread ${scope}`)];
    };
    expect(await found((objects) => objects.delete(path))).toEqual(["missing ConfigMap acme/a"]);
    expect(await found(() => undefined)).toEqual(["modified ConfigMap acme/a /data/a"]);
    const [again] = changed();
    const comeBack = (objects: Map<string, KubernetesObject>) => {
      objects.delete(path);
      queueMicrotask(() => objects.set(path, again as KubernetesObject));
    };
    expect(await found((objects, times) => times === 1 && comeBack(objects))).toEqual([
      "modified ConfigMap acme/a /data/a",
    ]);
    expect(await found(comeBack)).toEqual(["unread ConfigMap acme/a"]);
  });
});
