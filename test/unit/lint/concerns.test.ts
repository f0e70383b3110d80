import { describe, expect, it } from "vitest";
import { concerns } from "../../../src/lint/scope/changed.ts";
import { load } from "../environment/support.ts";
import { environmentOf } from "./support.ts";

const related = [{ file: "b.yaml", line: 3, column: 1, message: "here" }];
const files = environmentOf({ controlPlane: "", agent: "" });

/** An environment whose control plane is installed from a chart of the repository. */
const environment = await load({
  ...files,
  "clearml.yaml": (files["clearml.yaml"] ?? "").replace("version: 10.12.7", "chart: charts/server"),
});

describe("a change concerns", () => {
  it.each<[string, string[], { file: string; line: number; related?: typeof related }, boolean]>([
    ["a finding in a changed file", ["a.yaml"], { file: "a.yaml", line: 1 }, true],
    ["a finding that points to a changed file", ["b.yaml"], { file: "a.yaml", line: 1, related }, true],
    ["no finding elsewhere", ["c.yaml"], { file: "a.yaml", line: 1, related }, false],
    [
      "everything, when the environment file has changed",
      ["clearml.yaml"],
      { file: "x.yaml", line: 1 },
      true,
    ],
    [
      "the overrides of a changed chart",
      ["charts/server/values.yaml"],
      { file: "control-plane.yaml", line: 1 },
      true,
    ],
    [
      "the component of a changed chart",
      ["charts/server/Chart.yaml"],
      { file: "clearml.yaml", line: 8 },
      true,
    ],
    ["no other line of its file", ["charts/server/Chart.yaml"], { file: "clearml.yaml", line: 2 }, false],
    ["no release of another chart", ["charts/server2/x"], { file: "control-plane.yaml", line: 1 }, false],
    ["what a changed tenant uses", ["tenants/acme.yaml"], { file: "tenants/acme/agent.yaml", line: 1 }, true],
    ["no other tenant", ["tenants/globex.yaml"], { file: "tenants/acme/agent.yaml", line: 1 }, false],
  ])("%s", (_, changed, finding, is) => expect(concerns(new Set(changed), environment)(finding)).toBe(is));
});
