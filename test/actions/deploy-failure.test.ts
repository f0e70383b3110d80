import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAIL_ANNOTATION } from "../cluster/stages.ts";
import { nextGeneration } from "../support/chaos.ts";
import { type Deployment, newest, startDeployment } from "../support/deployment.ts";
import { SECRETS } from "../support/world.ts";

const OVERRIDE = "overrides/control-plane.yaml";
const CRASHES = `apiserver:\n  podAnnotations: { ${FAIL_ANNOTATION}: crash }\n`;

let deployment: Deployment;

beforeAll(async () => {
  deployment = await startDeployment();
  const first = await deployment.act("deploy-control-plane");
  expect(first.code, first.stdout).toBe(0);
});
afterAll(() => deployment?.stop());

const release = (name: string) => newest(deployment.releases()).find((each) => each.name === name);

describe("a control plane whose API server crashes", () => {
  it("is left as it is, with evidence of why, and the other components are finished", async () => {
    nextGeneration(deployment, 21);
    deployment.edit(OVERRIDE, "apiserver:\n", CRASHES);
    const run = await deployment.act("deploy-control-plane", { timeout: "20s" });
    expect(run.code, run.stdout).toBe(3);
    expect(release("clearml")).toMatchObject({ status: "deployed", version: 2 });
    expect(release("redis")).toMatchObject({ status: "deployed", version: 2 });
    const files = readdirSync(run.outputs.evidence ?? "", { recursive: true }).map(String);
    expect(files.join("\n")).toMatch(/pods/);
    expect(files.join("\n")).toMatch(/history/);
    // What went wrong stands before everything that went well.
    expect(run.summary.indexOf("crashes (exit code 1")).toBeGreaterThan(0);
    expect(run.summary.indexOf("crashes (exit code 1")).toBeLessThan(run.summary.indexOf("redis"));
    expect(run.summary).toContain("it needs control-plane");
  });

  it("goes back to the revision before with `on-failure: failed`, and the rest stays as it was made", async () => {
    nextGeneration(deployment, 22);
    const run = await deployment.act("deploy-control-plane", { timeout: "20s", "on-failure": "failed" });
    expect(run.code, run.stdout).toBe(3);
    expect(run.stdout).toMatch(/control-plane: clearml\/clearml (rolled back|kept)/);
    expect(release("redis")).toMatchObject({ status: "deployed", version: 3 });
  });

  it("shows no secret in what was kept", () => {
    const folders = readdirSync(join(deployment.machine, "temp"), { recursive: true, withFileTypes: true });
    const texts = folders
      .filter((entry) => entry.isFile() && entry.parentPath.includes("clearml-actions-output"))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect(texts.length).toBeGreaterThan(3);
    for (const secret of Object.values(SECRETS)) for (const text of texts) expect(text).not.toContain(secret);
  });

  it("is made good by a run with the mistake repaired", async () => {
    deployment.edit(OVERRIDE, CRASHES, "apiserver:\n");
    const run = await deployment.act("deploy-control-plane");
    expect(run.code, run.stdout).toBe(0);
    expect(release("clearml")?.status).toBe("deployed");
  });
});
