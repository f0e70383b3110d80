import { expect, it } from "vitest";
import { environmentReleases, lintScope } from "../../../src/lint/engine.ts";
import { objectsOf } from "../../../src/render/objects.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "../lint/support.ts";

it("says nothing where the type of the override itself is wrong: one finding is enough", async () => {
  const environment = await load(environmentOf({ controlPlane: "apiserver:\n  replicaCount: two\n" }));
  const releases = environmentReleases(environment);
  const [release] = releases;
  if (!release) throw new Error("no release");
  const text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: two }\n";
  const objects = objectsOf(text, release);
  const violations = objects.map((object) => ({
    object,
    path: ["spec", "replicas"],
    message: "got string, want integer",
  }));
  expect(objects[0]?.locate(["spec", "replicas"])).toMatchObject({ line: 2, column: 17 });
  const { findings } = lintScope({ environment, releases, rendered: [{ release, objects, violations }] });
  const errors = findings.filter(({ severity }) => severity === "error");
  expect(errors.map(({ rule, line }) => `${rule} ${line}`)).toEqual(["value-type 2"]);
});
