import { describe, expect, it } from "vitest";
import { load, problemsOf, SOUND } from "./support.ts";

describe("components without a chart", () => {
  it.each([
    [
      "network-isolation: { values: { a: 1 } }",
      "clearml.yaml:6:24: component `network-isolation` has no chart: `values`",
    ],
    ["applications: { archive: x, version: 1.0.0 }", "component `applications` has no chart: `version`"],
    [
      "applications: { archive: x, overrides: [a.yaml] }",
      "component `applications` has no chart: `overrides`",
    ],
  ])("refuse what would be ignored: %s", async (component, expected) => {
    const problems = await problemsOf({ "clearml.yaml": `${SOUND}  ${component}\n`, "a.yaml": "{}" });
    expect(problems).toEqual([expect.stringContaining(expected)]);
  });

  it("take policies of the user's own", async () => {
    const files = {
      "clearml.yaml": `${SOUND}  network-isolation: { overrides: [a.yaml] }\n`,
      "a.yaml": "{}",
    };
    expect((await load(files)).components).toHaveLength(2);
  });
});
