import { expect, it } from "vitest";
import type { ServedKind } from "../../../../src/drift/objects/kinds.ts";
import { readManifests, wantedObjects } from "../../../../src/drift/objects/wanted.ts";
import { release } from "./support.ts";

const kind = (apiVersion: string, name: string, namespaced = true): [string, ServedKind] => [
  `${apiVersion}/${name}`,
  { apiVersion, kind: name, namespaced, resource: "", path: () => "" },
];
const KINDS = new Map([
  kind("v1", "Secret"),
  kind("v1", "ConfigMap"),
  kind("rbac.authorization.k8s.io/v1", "ClusterRole", false),
]);

function wanted(manifest: string) {
  const { use, record } = release("acme", manifest);
  return wantedObjects(readManifests(new Map([[use, record]])).objects, KINDS);
}

it("makes objects as Helm writes them: with namespace, label and annotations", () => {
  const [secret] = wanted(
    "apiVersion: v1\nkind: Secret\nmetadata: { name: s, labels: { a: b }, annotations: null }\nstringData: { key: text }\nstatus: {}\n",
  );
  expect(secret?.identity).toBe("/Secret/acme/s");
  expect(secret?.object).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "s",
      namespace: "acme",
      labels: { a: "b", "app.kubernetes.io/managed-by": "Helm" },
      annotations: { "meta.helm.sh/release-name": "agent", "meta.helm.sh/release-namespace": "acme" },
    },
    data: { key: "dGV4dA==" },
  });
});

it("gives what stands in no namespace none, and takes lists apart", () => {
  const objects = wanted(
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r, namespace: x }\n---\napiVersion: v1\nkind: List\nitems:\n  - { apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: other } }\n  - { apiVersion: v1, kind: ConfigMap, metadata: { generateName: b- } }\n",
  );
  expect(objects.map(({ identity }) => identity)).toEqual([
    "rbac.authorization.k8s.io/ClusterRole//r",
    "/ConfigMap/other/a",
  ]);
  expect(objects[0]?.object.metadata).not.toHaveProperty("namespace");
});
