import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ensureTools } from "../cluster/tools.ts";
import { type Registries, startRegistries } from "../support/registries/start-all.ts";
import { runAction } from "../support/run-action.ts";
import { copyExample, SECRETS, setupStep } from "../support/world.ts";

let registries: Registries;
let folder: string;
beforeAll(async () => {
  const tools = await ensureTools(["helm", "helm3", "kubectl", "kubeconform", "registry"]);
  folder = mkdtempSync(join(tmpdir(), "setup-list-images-"));
  const [username, token] = ["allegroaienterprise", SECRETS.CLEARML_DOCKERHUB_TOKEN];
  registries = await startRegistries({ tools, username, token, classicToken: SECRETS.CHART_TOKEN });
  copyExample(folder, registries);
});
afterAll(async () => {
  await registries?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("writes what a registry behind an air gap must hold, with the logins it has just made", async () => {
  const { inputs, env } = setupStep(folder, registries);
  const run = await runAction(
    "setup-clearml-helm",
    { ...inputs, "list-images": "air-gap/list.txt" },
    { cwd: folder, env },
  );
  expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: "" });
  const list = readFileSync(join(folder, "air-gap/list.txt"), "utf8").trimEnd().split("\n");
  const charts = list.filter((line) => line.startsWith("chart "));
  expect(charts).toHaveLength(5);
  // Packages are named with their digest, so that a mirror can be compared.
  for (const line of charts) expect(line).toMatch(/ \d+\.\d+\.\d+ sha256:[0-9a-f]{64}$/);
  expect(list).toContain("image docker.io/library/python:3.12");
  expect(list).toEqual(list.toSorted());
  for (const secret of Object.values(SECRETS)) expect(list.join()).not.toContain(secret);
});

it("names the chart it cannot have, and writes no list with holes", async () => {
  const { inputs, env } = setupStep(folder, registries);
  const without = { ...inputs, repositories: "", "list-images": "holes.txt" };
  const run = await runAction("setup-clearml-helm", without, { cwd: folder, env });
  expect(run.code).not.toBe(0);
  expect(run.stdout).toMatch(/::error.*(clearml-enterprise|chart)/);
  expect(() => readFileSync(join(folder, "holes.txt"))).toThrow("ENOENT");
});
