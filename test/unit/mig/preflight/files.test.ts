import { describe, expect, it } from "vitest";
import { fileFindings } from "../../../../src/mig/preflight/files.ts";
import { load } from "../../environment/support.ts";
import { environmentWith } from "../../lint/support.ts";

const CDMO = "dynamic-mig-operator: { values: { imageCredentials: { password: '${TOKEN}' } } }";
const told = async (components: string, more = "") => {
  const files = environmentWith(components);
  const environment = await load({ ...files, "clearml.yaml": `${files["clearml.yaml"]}${more}` });
  return fileFindings(environment).map(({ check, severity, message, at }) => [
    `${severity} ${check} ${at?.file}:${at?.line}`,
    message,
  ]);
};

describe("what files set against CDMO", () => {
  it("is told with its place, and is wrong input", async () => {
    const operator = `gpu-operator:
  values:
    migManager: { enabled: true }
    mig: { strategy: single }
    devicePlugin: { env: [{ name: DEVICE_LIST_STRATEGY, value: volume-mounts }] }`;
    expect(await told(`${CDMO}\n${operator}`)).toEqual([
      [
        "error mig-manager-enabled clearml.yaml:11",
        expect.stringMatching(/^`migManager\.enabled` is `true`.*; set/),
      ],
      ["error mig-manager-enabled clearml.yaml:12", expect.stringMatching(/^`mig\.strategy` is `single`/)],
      [
        "warning cdi-vs-volume-mounts clearml.yaml:13",
        expect.stringContaining("`volume-mounts` has no effect"),
      ],
    ]);
    const [first] = fileFindings(await load(environmentWith(`${CDMO}\n${operator}`)));
    expect(first?.kind).toBe("input");
  });

  it("is nothing where the operator is as CDMO needs it, or there is no CDMO", async () => {
    const right = "gpu-operator: { values: { migManager: { enabled: false }, mig: { strategy: mixed } } }";
    expect(await told(`${CDMO}\n${right}`)).toEqual([]);
    expect(await told("gpu-operator: {}")).toEqual([]);
    expect(await told(`${CDMO}\ngpu-operator: {}`)).toHaveLength(2);
  });

  it("is a label misspelt, too", async () => {
    const misspelt = `dynamic-mig-operator: { values: { imageCredentials: { password: '\${TOKEN}' }, nodeSelector: { cdmo.clear.ml/gpu-partitioning: MIG } } }`;
    expect(await told(misspelt)).toEqual([
      ["warning cdmo-label clearml.yaml:8", expect.stringContaining("`cdmo.clear.ml/gpu-partitioning=MIG`")],
    ]);
  });

  it("follows lint's settings and suppressions, and stumbles over those of no other rule", async () => {
    const both = `${CDMO}\ngpu-operator: {}`;
    const rules = (text: string) => told(both, `lint: { rules: { ${text} } }\n`);
    expect(await rules("implicit-type: off, mig-manager-enabled: off")).toEqual([]);
    expect((await rules("mig-manager-enabled: warning"))[0]?.[0]).toMatch(/^warning mig-manager-enabled/);
    const silenced = `${CDMO}\n# clearml-lint-ignore mig-manager-enabled tried by hand\ngpu-operator: {}`;
    expect(await told(silenced)).toEqual([]);
  });
});
