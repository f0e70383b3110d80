import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../src/kubernetes/objects.ts";
import type { Fault } from "../support/fault-proxy.ts";
import {
  type Access,
  CONFIG_MAPS,
  configMap,
  freshName,
  hintOf,
  OPERATIONS,
  openAccess,
  prepared,
  refused,
} from "./kubernetes-access.ts";

let access: Access;
beforeAll(async () => {
  access = await openAccess();
});
afterEach(() => access.proxy.clear());
afterAll(() => access?.stop());

const cases = Object.entries(OPERATIONS);
const after = (operation: string) => (operation === "remove" ? "gone" : "blue");

describe.each(cases)("%s whose answer is lost", (what, operation) => {
  it.each(["cut-after", "cut-amid", "cut-before", "hang-after"] as const)(
    "(%s) is done once",
    async (fault) => {
      const [name, version] = await prepared(operation, access.direct);
      access.proxy.fault({ method: operation.method, times: 1, fault });
      const result = await operation.run(access.impatient, name, version);
      expect([await access.color(name), access.writes()]).toEqual([after(what), 2]);
      if (what === "remove") expect(result).toBe(true);
      if (what === "apply") expect(result).toBe("changed");
      if (what === "create" || what === "replace") expect(result).toMatchObject({ data: { color: "blue" } });
    },
  );

  it("for good, says that it may have been done", async () => {
    const [name, version] = await prepared(operation, access.direct);
    access.proxy.fault({ method: operation.method, fault: "cut-after" });
    const error = await refused(operation.run(access.kubernetes, name, version));
    expect(error).toMatchObject({ status: 0, reason: "ConnectionLost" });
    expect(error.message).toContain(`does not answer when asked to ${operation.words(name)}: `);
    expect(hintOf(error)).toMatch(/may have been carried out all the same/);
    expect(access.writes()).toBe(4);
  });
});

describe("a lost answer and somebody else", () => {
  it("does not take another's object for the own", async () => {
    const name = freshName();
    await access.direct.create(CONFIG_MAPS, configMap(name, "green"));
    access.proxy.fault({ method: "POST", times: 1, fault: "cut-before" });
    const error = await refused(access.kubernetes.create(CONFIG_MAPS, configMap(name, "blue")));
    expect(error).toMatchObject({ status: 409, reason: "AlreadyExists" });
  });

  it("does not take another's change for the own", async () => {
    const name = freshName();
    const { metadata } = await access.direct.create(CONFIG_MAPS, configMap(name, "red"));
    const { resourceVersion = "" } = metadata;
    await access.direct.apply(configMap(name, "green"));
    access.proxy.fault({ method: "PUT", times: 1, fault: "cut-before" });
    const path = `${CONFIG_MAPS}/${name}`;
    const error = await refused(
      access.kubernetes.replace(path, configMap(name, "blue", { resourceVersion })),
    );
    expect(error).toMatchObject({ status: 409, reason: "Conflict" });
    expect(await access.color(name)).toBe("green");
  });

  it("says of an object that waits for its finalizer that it was deleted", async () => {
    const name = freshName();
    const path = `${CONFIG_MAPS}/${name}`;
    const finalizers = { finalizers: ["example.com/keep"] } as object;
    const { metadata } = await access.direct.create(CONFIG_MAPS, configMap(name, "red", finalizers));
    access.proxy.fault({ method: "DELETE", times: 1, fault: "cut-after" });
    expect(await access.kubernetes.remove(path, { resourceVersion: metadata.resourceVersion ?? "" })).toBe(
      true,
    );
    expect((await access.direct.get(path))?.metadata.deletionTimestamp).toBeDefined();
    await access.direct.replace(path, configMap(name, "red"));
  });
});

describe("a cancelled run", () => {
  it("waits no longer for a busy server", async () => {
    const cancel = new AbortController();
    const cancelled = await access.connect(access.proxy.kubeconfig, cancel.signal);
    access.proxy.fault({ path: /namespaces\/shop/, fault: { status: 429, retryAfter: 30 } });
    const work = refused(cancelled.get(`${CONFIG_MAPS}/any`));
    const began = Date.now();
    setTimeout(() => cancel.abort(), 300);
    expect(await work).toMatchObject({ status: 429 });
    expect(Date.now() - began).toBeLessThan(2_000);
  });
});

describe("reading", () => {
  it.each([
    ["cut-before"],
    ["cut-after"],
    ["cut-amid"],
    ["hang"],
    [{ status: 429, retryAfter: 1 }],
    [{ status: 503 }],
    [{ status: 504 }],
    [{ status: 500, retryAfter: 1, message: "etcdserver: leader changed" }],
  ] as [Fault][])("is tried again after %j", async (fault) => {
    access.proxy.fault({ path: /configmaps$/, times: 1, fault });
    expect((await access.impatient.list(CONFIG_MAPS)).length).toBeGreaterThan(0);
  });

  it("waits as long as a busy server asks for", async () => {
    access.proxy.fault({ path: /configmaps$/, times: 1, fault: { status: 429, retryAfter: 1 } });
    const began = Date.now();
    await access.impatient.list(CONFIG_MAPS);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_000);
  });

  it("takes what a server offers when a list took too long, so that pages stay single", async () => {
    const names = [freshName(), freshName(), freshName()];
    const labels = { list: names[0] ?? "" };
    for (const name of names) await access.direct.create(CONFIG_MAPS, configMap(name, "red", { labels }));
    const query = `labelSelector=${encodeURIComponent(`list=${labels.list}`)}`;
    const first = (await access.direct.get(`${CONFIG_MAPS}?${query}&limit=1`))?.metadata as {
      continue?: string;
    };
    // As the API server makes it: from the same place on, at no moment in particular.
    const token = JSON.parse(Buffer.from(first.continue ?? "", "base64url").toString()) as object;
    const next = Buffer.from(JSON.stringify({ ...token, rv: -1 })).toString("base64url");
    const more = { metadata: { continue: next } };
    access.proxy.fault({ path: /configmaps$/, from: 2, times: 1, fault: { status: 410, more } });
    const seen: string[] = [];
    for await (const page of access.kubernetes.pages(CONFIG_MAPS, query, { limit: 1 })) {
      expect(page).toHaveLength(1);
      seen.push(...page.map(({ metadata }) => metadata.name));
    }
    expect(seen).toEqual(names);
  });

  it("leaves contents out of pages of metadata", async () => {
    for await (const page of access.kubernetes.pages(CONFIG_MAPS, undefined, { metadataOnly: true })) {
      expect(page[0]?.metadata.name).toBeDefined();
      expect(page.some((object) => "data" in object)).toBe(false);
    }
  });

  it("gives text as it is", async () => {
    expect(await access.kubernetes.text("/readyz")).toBe("ok");
  });
});

describe("a dry run", () => {
  it("shows what would be stored, and stores nothing", async () => {
    const name = freshName();
    const path = `${CONFIG_MAPS}/${name}`;
    const shown = await access.kubernetes.dryRunApply(path, configMap(name, "blue"), "helm");
    expect(shown).toMatchObject({ metadata: { uid: expect.any(String) }, data: { color: "blue" } });
    const created = await access.kubernetes.create(CONFIG_MAPS, configMap(name, "blue"), { dryRun: true });
    expect(created.metadata.uid).toEqual(expect.any(String));
    expect(await access.color(name)).toBe("gone");
    expect(access.proxy.requests.map(({ dryRun }) => dryRun)).toEqual([true, true]);
  });

  it("says in a refusal that it was one", async () => {
    const wrong = { ...configMap("Not A Name", "blue") };
    const error = await refused(access.kubernetes.create(CONFIG_MAPS, wrong, { dryRun: true }));
    expect(error.message).toMatch(
      "the cluster refused to create ConfigMap shop/Not A Name (dry run) (422): ",
    );
  });
});

describe("a review", () => {
  it("is a question that may be asked again", async () => {
    access.proxy.fault({ method: "POST", times: 1, fault: "cut-after" });
    const review = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { verb: "delete", resource: "nodes" } },
    } as unknown as KubernetesObject;
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    expect(await access.kubernetes.create(path, review)).toMatchObject({ status: { allowed: true } });
    expect(await access.nobody.create(path, review)).toMatchObject({ status: { allowed: false } });
  });
});

describe("the path of an object", () => {
  it("is asked of the cluster in two requests for all kinds it does not know", async () => {
    await access.direct.apply(WIDGETS);
    const path = (apiVersion: string, kind: string, namespace?: string) =>
      access.kubernetes.pathOf(
        { apiVersion, kind, metadata: { name: "a", ...(namespace ? { namespace } : {}) } },
        "shop",
      );
    const paths = () =>
      Promise.all([
        path("apps/v1", "Deployment"),
        path("v1", "Namespace"),
        path("v1", "ResourceQuota", "other"),
        path("made.example.com/v1", "Widget"),
        path("scheduling.k8s.io/v1", "PriorityClass"),
        path("made.example.com/v2", "Widget"),
        path("v1", "Widget"),
      ]);
    // A definition is served a moment after it was made.
    const anew = async () => (await access.connect(access.proxy.kubeconfig)).pathOf(WIDGET, "shop");
    await expect.poll(anew, { timeout: 20_000, interval: 300 }).toBeDefined();
    access.proxy.clear();
    const found = [await paths(), await paths()];
    expect(found[0]).toEqual([
      "/apis/apps/v1/namespaces/shop/deployments/a",
      "/api/v1/namespaces/a",
      "/api/v1/namespaces/other/resourcequotas/a",
      "/apis/made.example.com/v1/namespaces/shop/widgets/a",
      "/apis/scheduling.k8s.io/v1/priorityclasses/a",
      undefined,
      undefined,
    ]);
    expect(found[1]).toEqual(found[0]);
    expect(access.proxy.requests.map(({ path }) => path).sort()).toEqual(["/api", "/apis"]);
  });
});

const WIDGET = { apiVersion: "made.example.com/v1", kind: "Widget", metadata: { name: "a" } };
const WIDGETS: KubernetesObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.made.example.com" },
  spec: {
    group: "made.example.com",
    scope: "Namespaced",
    names: { kind: "Widget", plural: "widgets" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};
