/** The configuration of the example's cluster, read by kind itself. No cluster is made: no Docker engine is found. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureTools } from "../cluster/tools.ts";

const CONFIG = resolve(import.meta.dirname, "../../workflows-examples/kind/cluster.yaml");

let kind: string;
let folder: string;
beforeAll(async () => {
  ({ kind } = await ensureTools(["kind"]));
  folder = mkdtempSync(join(tmpdir(), "kind-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What kind says about a configuration. It reads it before it looks for Docker, which it cannot find here. */
function whatKindSays(config: string): string {
  const env = { HOME: folder, PATH: folder, KIND_EXPERIMENTAL_PROVIDER: "docker" };
  const { status, stderr } = spawnSync(kind, ["create", "cluster", "--config", config], { env });
  expect(status).not.toBe(0);
  return stderr.toString();
}

describe("workflows-examples/kind/cluster.yaml", () => {
  it("is taken by kind", () => {
    const said = whatKindSays(CONFIG);
    expect(said).toContain('exec: "docker": executable file not found');
    expect(said).not.toContain("unable to decode config");
  });

  it.each([
    ["extraPortMappings", "extraPortMapping", "field extraPortMapping not found in type v1alpha4.Node"],
    ["hostPort: 80", "hostPort: http", "cannot unmarshal"],
    ["v1alpha4", "v1alpha9", "unknown apiVersion"],
  ])("would not be with %s turned into %s", (from, to, complaint) => {
    const file = join(folder, "cluster.yaml");
    writeFileSync(file, readFileSync(CONFIG, "utf8").replace(from, to));
    const said = whatKindSays(file);
    expect(said).toContain(complaint);
    expect(said).not.toContain("executable file not found");
  });
});
