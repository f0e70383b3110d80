import { describe, expect, it } from "vitest";
import type { LiveObject } from "../../../../src/drift/objects/model.ts";
import type { Refused, ServerOptions } from "./fake-server.ts";
import { deployed, edited, namespace, release, scanned, short } from "./support.ts";

const map = (name: string) =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { a: b }\n`;
const role = (name: string) =>
  `---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: ${name} }\nrules: []\n`;
const WEB =
  "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 2, paused: true }\n";

/** Two releases, of each of which somebody has changed, deleted and added something. */
function drifted() {
  const releases = ["acme", "globex"].map((each) =>
    release(each, map("a") + map("b") + role(`${each}-r`) + WEB),
  );
  const objects: LiveObject[] = releases
    .flatMap((each) => deployed(each))
    .filter(({ metadata }) => metadata.name !== "b")
    .map((object) => {
      if (object.kind === "Deployment")
        return edited(object, (each) => Object.assign(each.spec as object, { replicas: 3 }), {
          "f:spec": { "f:replicas": {} },
        });
      if (object.kind === "ConfigMap")
        return edited(object, (each) => Object.assign(each.data as object, { more: "x" }), {
          "f:data": { "f:more": {} },
        });
      return object;
    });
  return { releases, objects: [...objects, namespace("acme"), namespace("globex")] };
}

const ALL = ["acme", "globex"].flatMap((each) => [
  `foreign-added ConfigMap ${each}/a /data/more`,
  `missing ConfigMap ${each}/b`,
  `modified Deployment ${each}/web /spec/replicas`,
]);

async function withFault(refuse: NonNullable<ServerOptions["refuse"]>) {
  const { releases, objects } = drifted();
  const { findings, unread, asked } = await scanned(releases, { objects, refuse });
  return { found: findings.map(short).sort(), findings, unread, asked };
}

describe("a scan of a cluster that refuses", () => {
  it("asks for each namespace where it may not ask for all, and finds the same", async () => {
    const { found, unread, asked } = await withFault(({ verb, namespace: at, resource }) =>
      verb === "list" && at === undefined && resource !== "clusterroles" ? { code: 403 } : undefined,
    );
    expect(found).toEqual(ALL.toSorted());
    expect(unread).toEqual([]);
    expect(asked).toContainEqual(expect.stringContaining("GET /api/v1/namespaces/acme/configmaps?"));
  });

  it("says nothing of a namespace it may not look into, but that", async () => {
    const { found, unread } = await withFault(({ verb, namespace: at }) =>
      verb === "list" && at !== "acme" ? { code: 403 } : undefined,
    );
    expect(found).toEqual(ALL.filter((text) => text.includes("acme")).sort());
    expect(unread.map(({ scope }) => scope).sort()).toEqual([
      "clusterroles.rbac.authorization.k8s.io of the whole cluster",
      "configmaps of namespace globex",
      "deployments.apps of namespace globex",
      "horizontalpodautoscalers.autoscaling of namespace globex",
    ]);
    expect(unread[0]?.reason).toContain("lacks the right");
  });

  it("keeps what it could not prove, and says so", async () => {
    const { found, findings } = await withFault((_, { method }) =>
      method === "PATCH" ? { code: 403 } : undefined,
    );
    expect(found).toEqual(ALL.toSorted());
    expect(findings.map(({ class: of, proved }) => [of, proved])).toContainEqual(["modified", false]);
    expect(findings.filter((each) => each.class !== "modified" && each.proved !== undefined)).toEqual([]);
  });

  it("foretells no repair where the server does not take the manifest", async () => {
    const { findings } = await withFault((_, { method }) =>
      method === "PATCH" ? { code: 422, message: "spec.selector: field is immutable" } : undefined,
    );
    expect(findings.find((each) => each.class === "modified")).toMatchObject({
      upgradeRepairs: false,
      hint: expect.stringContaining("an upgrade would fail"),
    });
  });

  it("says nothing of what a webhook does each time", async () => {
    const { releases, objects } = drifted();
    const { findings } = await scanned(releases, { objects, predict: (_, live) => live });
    expect(findings.map(short).filter((text) => text.startsWith("modified"))).toEqual([]);
  });

  it("reads a list that came too late once more, and no more", async () => {
    const tooLate = (times: number) => {
      let left = times;
      return withFault(({ resource, verb }) =>
        resource === "configmaps" && verb === "list" && left-- > 0
          ? { code: 410, reason: "Expired" }
          : undefined,
      );
    };
    expect((await tooLate(1)).unread).toEqual([]);
    const { found, unread } = await tooLate(2);
    expect(found).toEqual(ALL.filter((text) => text.includes("Deployment")).sort());
    expect(unread).toEqual([
      { scope: "configmaps of the whole cluster", reason: expect.stringContaining("(410)") },
    ]);
  });

  const FAULTS: readonly Refused[] = [
    { code: 403 },
    { code: 410 },
    { code: 429 },
    { code: 500 },
    { code: 503 },
  ];
  it.each(FAULTS)(
    "never finds more, or the same as if all was well, when one request fails with $code",
    async (fault) => {
      const { asked } = await withFault(() => undefined);
      for (let failing = 1; failing <= asked.length + 1; failing++) {
        const { found, findings, unread } = await withFault((_, __, number) =>
          number === failing ? fault : undefined,
        );
        expect(ALL).toEqual(expect.arrayContaining(found));
        const unsaid = found.length < ALL.length && unread.length === 0;
        expect([failing, unsaid]).toEqual([failing, false]);
        expect(findings.every(({ message }) => message.startsWith("agent: "))).toBe(true);
      }
    },
  );

  it.each(FAULTS)("is not complete when everything fails with $code", async (fault) => {
    const { found, unread } = await withFault(() => fault);
    expect(found).toEqual([]);
    expect(unread.length).toBeGreaterThan(3);
  });
});
