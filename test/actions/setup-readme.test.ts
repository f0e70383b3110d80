import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { runAction } from "../support/run-action.ts";
import { CLASSIC_TOKEN, OCI_TOKEN, type SetupParts, startSetupParts } from "./setup-parts.ts";

interface Step {
  with: Record<string, string | number | boolean>;
  env?: Record<string, string>;
}

const README = resolve(import.meta.dirname, "../../actions/setup-clearml-helm/README.md");
const CHART = resolve(import.meta.dirname, "../fixtures/charts/clearml-dynamic-mig-operator");
/** What the example with an environment finds in its working folder. */
const ENVIRONMENT = `version: 1
name: readme
baseDomain: ml.example.com
components:
  dynamic-mig-operator: { chart: ${CHART}, values: { imageCredentials: { password: x } } }
`;
let parts: SetupParts;

beforeAll(async () => {
  parts = await startSetupParts();
});
afterAll(() => parts?.stop());

/** The steps that the README shows, with the secrets and hosts of the tests in place of those in the text. */
async function steps(): Promise<Step[]> {
  const text = (await readFile(README, "utf8"))
    .replaceAll("${{ secrets.CLEARML_DOCKERHUB_TOKEN }}", OCI_TOKEN)
    .replaceAll("${{ secrets.REGISTRY_PASSWORD }}", OCI_TOKEN)
    .replaceAll("${{ secrets.MIRROR_TOKEN }}", CLASSIC_TOKEN)
    .replaceAll("REGISTRY_USER: deployer", "REGISTRY_USER: allegroaienterprise")
    .replaceAll("oci://registry.example.com", `oci://${parts.registry}`)
    .replaceAll("https://mirror.example.com/tools", parts.mirror)
    .replaceAll("https://helm.ngc.nvidia.com/nvidia", parts.open.repository);
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml]) => parse(yaml ?? "") as Step[]);
}

it("every example of the README works", async () => {
  const shown = await steps();
  expect(shown).toHaveLength(5);
  for (const step of shown) {
    const machine = await mkdtemp(join(tmpdir(), "setup-machine-"));
    try {
      // The publishers and Docker Hub cannot be had here: the mirror and the registry of the tests stand for them.
      const inputs: Record<string, string> = { mirror: parts.mirror, checksums: "SHA256SUMS" };
      for (const [name, value] of Object.entries(step.with)) inputs[name] = String(value);
      if (inputs["dockerhub-token"]) {
        inputs.repositories = `oci://${parts.registry} credentials=dockerhub-token\n${inputs.repositories ?? ""}`;
      }
      await copyFile(parts.checksums, join(machine, "SHA256SUMS"));
      await writeFile(join(machine, "clearml.yaml"), ENVIRONMENT);
      const env = { PATH: parts.bareBin, ...step.env };
      const result = await runAction("setup-clearml-helm", inputs, { machine, cwd: machine, env });
      expect(result.code, result.stdout).toBe(0);
    } finally {
      await rm(machine, { recursive: true, force: true });
    }
  }
});
