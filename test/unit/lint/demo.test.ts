import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { loadEnvironment } from "../../../src/environment/load.ts";
import { resolveValues } from "../../../src/overrides/resolve.ts";
import { lintEnvironment } from "./support.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../../workflows-examples");

describe("the example environment", () => {
  it("lints without a finding", async () => {
    const environment = await loadEnvironment("clearml.yaml", { cwd: resolve(EXAMPLES, "demo") });
    expect(lintEnvironment(environment).findings).toEqual([]);
  });

  it("resolves once its secrets are given", async () => {
    const environment = await loadEnvironment("clearml.yaml", { cwd: resolve(EXAMPLES, "demo") });
    const { variables, secrets, components, tenants } = environment;
    for (const use of [...components, ...tenants.flatMap((tenant) => tenant.components)]) {
      const builtIn = ["BASE_DOMAIN", "TENANT", "REDIS_PASSWORD"];
      const lookup = (name: string) =>
        variables[name] ?? ([...secrets, ...builtIn].includes(name) ? name.toLowerCase() : undefined);
      const values = resolveValues(use, {
        lookup,
        known: [...Object.keys(variables), ...secrets, ...builtIn],
      });
      expect(JSON.stringify(values)).not.toContain("${");
    }
  });
});
