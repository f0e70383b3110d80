import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CATALOGUE } from "../../../src/catalogue/index.ts";
import { FIXTURES, lintFixture } from "./support.ts";

/** Every chart that has its own values file among the fixtures, by the component that deploys it. */
const CHARTS = Object.values(CATALOGUE).flatMap((definition) =>
  [...new Set(definition.charts.map((chart) => chart.name))]
    .map((name) => ({ id: definition.id, file: `charts/${name}/values.yaml` }))
    .filter(({ file }) => existsSync(resolve(FIXTURES, file))),
);

describe("the default values of a chart", () => {
  it("are there for the charts the toolkit deploys most", () => {
    const ids = CHARTS.map(({ id }) => id);
    for (const id of ["control-plane", "agent", "app-gateway", "task-traffic-router", "redis"])
      expect(ids).toContain(id);
  });

  it.each(CHARTS)("$file has no error", ({ id, file }) => {
    const errors = lintFixture(id, file).findings.filter((each) => each.severity === "error");
    expect(errors.map((each) => `${each.line}: ${each.message}`)).toEqual([]);
  });
});
