import { describe, expect, it } from "vitest";
import type { Difference, LiveObject } from "../../../../src/drift/objects/model.ts";
import { withoutPutBack } from "../../../../src/drift/proof/put-back.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { fakeServer, type ServerOptions } from "../objects/fake-server.ts";

const live: LiveObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "web",
    namespace: "acme",
    annotations: { nonce: "17" },
    managedFields: [{ manager: "kubectl-rollout", operation: "Update" }],
  },
  spec: { containers: [{ name: "main" }, { name: "debug" }, { name: "mesh" }] },
};
const containers = [{ field: "spec" }, { field: "containers" }];
const added = (place: Difference["place"]): Difference => ({ place, expected: undefined, actual: "any" });
const nonce = added([{ field: "metadata" }, { field: "annotations" }, { field: "nonce" }]);
const debug = added([...containers, { key: { name: "debug" } }]);
const mesh = added([...containers, { key: { name: "mesh" } }]);

/** A webhook that writes a nonce anew each time and adds its sidecar where it is not. */
function admit(object: KubernetesObject): KubernetesObject {
  const spec = object.spec as { containers: { name: string }[] };
  const list = spec.containers.filter(({ name }) => name !== "mesh");
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { nonce: "18" } },
    spec: { containers: [...list, { name: "mesh" }] },
  };
}

async function settledOf(additions: readonly Difference[], options: Partial<ServerOptions> = {}) {
  const server = fakeServer({ objects: [live], admit, ...options });
  const settled = await withoutPutBack(server.kubernetes, live, additions);
  return { ...settled, asked: server.asked };
}

describe("an addition that is taken away in a dry run", () => {
  it("counts where it stays away, and is the work of a webhook where it comes back", async () => {
    const { additions, notes, asked } = await settledOf([nonce, debug, mesh]);
    expect(additions).toEqual([debug]);
    expect(notes).toEqual([
      expect.stringContaining("/metadata/annotations/nonce of Deployment acme/web"),
      expect.stringContaining("/spec/containers/name=mesh of Deployment acme/web"),
    ]);
    expect(asked).toEqual([expect.stringMatching(/^PUT .*\/web\?.*dryRun=All$/)]);
  });

  it.each([403, 400, 404, 422])("counts where the server answers %i", async (code) => {
    const { additions, unread } = await settledOf([nonce, debug], { refuse: () => ({ code }) });
    expect([additions, unread]).toEqual([[nonce, debug], undefined]);
  });

  it.each([429, 500, 503])(
    "is not told while the server answers %i, and nothing is called clean",
    async (code) => {
      const { additions, unread } = await settledOf([debug], { refuse: () => ({ code }) });
      expect(additions).toEqual([]);
      expect(unread).toContain(String(code));
    },
  );

  it("costs nothing where there is none", async () => {
    expect((await settledOf([])).asked).toEqual([]);
  });
});
