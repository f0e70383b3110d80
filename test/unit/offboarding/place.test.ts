import { beforeAll, describe, expect, it } from "vitest";
import type { Environment } from "../../../src/environment/model.ts";
import { findPlace } from "../../../src/offboarding/place.ts";
import { load, SOUND } from "../environment/support.ts";
import { clusterOf, type Given, MADE_HERE, namespace, OWN, refused } from "./cluster.ts";

const tenant = (name: string) => `name: ${name}
admin: { name: A, email: admin@${name}.example }
components: { agent: { version: 6.14.6 } }
`;

let environment: Environment;

beforeAll(async () => {
  environment = await load({
    "clearml.yaml": `${SOUND}tenants: tenants/*.yaml\n`,
    "tenants/acme.yaml": tenant("acme"),
    "tenants/globex.yaml": tenant("globex"),
  });
});

const found = async (name: string, ...objects: Given[]) => {
  const { file, namespaces } = await findPlace(clusterOf(objects), environment, name);
  const told = namespaces.map((each) =>
    [each.name, each.stays ?? (each.deleting ? "is going" : "goes")].join(": "),
  );
  return [...(file ? ["in the files"] : []), ...told];
};

describe("where a tenant is", () => {
  it.each<[string, string, Given[], string[]]>([
    ["nowhere", "acme", [], ["in the files"]],
    [
      "in the namespace of its file",
      "acme",
      [namespace("acme"), namespace("globex", {})],
      ["in the files", "acme: goes"],
    ],
    ["wherever its label is", "acme", [namespace("elsewhere")], ["in the files", "elsewhere: goes"]],
    [
      "by its label alone",
      "gone",
      [namespace("gone", { ...MADE_HERE, "clearml-actions/tenant": "gone" })],
      ["gone: goes"],
    ],
    [
      "in one that is going already",
      "acme",
      [
        {
          kind: "Namespace",
          metadata: { name: "acme", labels: MADE_HERE, deletionTimestamp: "2026-11-21T17:00:00Z" },
        },
      ],
      ["in the files", "acme: is going"],
    ],
    [
      "in one that was there before",
      "acme",
      [namespace("acme", OWN)],
      ["in the files", "acme: it was there before the tenant"],
    ],
    [
      "in one nobody has labelled",
      "acme",
      [namespace("acme", {})],
      ["in the files", "acme: it does not carry the label clearml-actions/tenant=acme"],
    ],
    [
      "with the control plane",
      "acme",
      [namespace("clearml")],
      ["in the files", "clearml: component `control-plane` is in it too"],
    ],
    [
      "with another tenant",
      "acme",
      [namespace("globex", MADE_HERE)],
      ["in the files", "globex: tenant `globex` is in it too"],
    ],
    [
      "in Kubernetes' own",
      "acme",
      [namespace("kube-system", MADE_HERE)],
      ["in the files", "kube-system: it is Kubernetes' own"],
    ],
    [
      "not in another environment of the same cluster",
      "acme",
      [namespace("theirs", { ...MADE_HERE, "clearml-actions/environment": "production" })],
      ["in the files"],
    ],
  ])("is found %s", async (_, name, objects, expected) => {
    expect(await found(name, ...objects)).toEqual(expected);
  });

  it.each([
    [{ "clearml-actions/tenant": "globex" }, "belongs to tenant `globex`"],
    [{ ...OWN, "clearml-actions/environment": "production" }, "belongs to environment `production`"],
  ])("is refused when its file's namespace has the labels %j", async (labels, words) => {
    const error = await refused(found("acme", namespace("acme", labels)));
    expect(error.problems[0]?.message).toContain(`namespace acme ${words}`);
    expect(error.kind).toBe("input");
  });
});
