import { describe, expect, it } from "vitest";
import type { Environment } from "../../../../src/environment/model.ts";
import type { KubernetesObject } from "../../../../src/kubernetes/objects.ts";
import { judgePolicies, type PolicyLook } from "../../../../src/mig/preflight/cluster-policy.ts";
import { fileFindings } from "../../../../src/mig/preflight/files.ts";
import { load } from "../../environment/support.ts";
import { environmentWith } from "../../lint/support.ts";

const RIGHT = { migManager: { enabled: false }, mig: { strategy: "mixed" } };
const CDMO = "dynamic-mig-operator: { values: { imageCredentials: { password: '${TOKEN}' } } }";
const RIGHT_FILE = "gpu-operator: { values: { migManager: { enabled: false }, mig: { strategy: mixed } } }";

function policy(spec: object, parts: object = {}): KubernetesObject {
  return {
    apiVersion: "nvidia.com/v1",
    kind: "ClusterPolicy",
    metadata: { name: "cluster-policy" },
    spec,
    ...parts,
  };
}

const node = (name: string, labels: Record<string, string> = {}) => ({ metadata: { name, labels } });
const environment = (components: string, more = ""): Promise<Environment> => {
  const files = environmentWith(components);
  return load({ ...files, "clearml.yaml": `${files["clearml.yaml"]}${more}` });
};

function judge(spec: object, look: Partial<PolicyLook> = {}) {
  return judgePolicies({ policies: [policy(spec)], nodes: [], labels: true, found: [], ...look });
}
const told = (...asked: Parameters<typeof judge>) =>
  judge(...asked).map(({ check, severity, message }) => `${severity} ${check}: ${message}`);

describe("the GPU operator's settings in the cluster", () => {
  it("are fine as CDMO needs them", () => {
    expect(told(RIGHT)).toEqual([]);
  });

  it("are an error against CDMO, also where they are left to the operator", () => {
    expect(told({})).toEqual([
      "error mig-manager-enabled: ClusterPolicy cluster-policy: `migManager.enabled` is `true` unless set, and NVIDIA's MIG manager undoes each partitioning that CDMO makes",
      expect.stringMatching(
        /^error mig-manager-enabled: ClusterPolicy cluster-policy: `mig\.strategy` is `single` unless set, and slices/,
      ),
    ]);
    expect(told({ migManager: { enabled: true }, mig: { strategy: "none" } })).toEqual([
      expect.stringContaining("`migManager.enabled` is `true`, and"),
      expect.stringContaining("`mig.strategy` is `none`, and"),
    ]);
  });

  it("weigh less where no node is handed to CDMO", async () => {
    const severities = (look: Partial<PolicyLook>) => judge({}, look).map(({ severity }) => severity);
    expect(severities({ labels: false })).toEqual(["warning", "info"]);
    expect(severities({ labels: false, environment: await environment("redis: {}") })).toEqual([
      "warning",
      "info",
    ]);
    expect(severities({ labels: false, environment: await environment(CDMO) })).toEqual(["error", "error"]);
    const off = await environment(CDMO.replace("{", "{ enabled: false,"));
    expect(severities({ labels: false, environment: off })).toEqual(["warning", "info"]);
  });

  it("weigh as much as lint is told to", async () => {
    const set = (level: string) => environment(CDMO, `lint: { rules: { mig-manager-enabled: ${level} } }\n`);
    expect(judge({}, { environment: await set("warning") }).map(({ severity }) => severity)).toEqual([
      "warning",
      "warning",
    ]);
    expect(judge({}, { environment: await set("off") })).toEqual([]);
  });

  it("are named with what the MIG manager makes of the nodes", () => {
    const nodes = [
      node("gpu-1", { "nvidia.com/mig.config": "all-disabled" }),
      node("gpu-2", { "nvidia.com/mig.config": "all-disabled" }),
      node("gpu-3", { "nvidia.com/mig.config": "all-1g.10gb" }),
      node("gpu-4"),
    ];
    expect(told({ ...RIGHT, migManager: { enabled: true } }, { nodes })).toEqual([
      expect.stringMatching(
        /; by the label nvidia\.com\/mig\.config it makes `all-disabled` on gpu-1, gpu-2, `all-1g\.10gb` on gpu-3$/,
      ),
    ]);
    expect(told(RIGHT, { nodes })).toEqual([]);
  });

  it("come with the repair: deploy what the files say, change them, or no label", async () => {
    const hints = async (components: string | undefined, labels = true) => {
      const look = components === undefined ? {} : { environment: await environment(components) };
      return judge({ ...RIGHT, migManager: {} }, { ...look, labels })[0]?.hint;
    };
    expect(await hints(`${CDMO}\n${RIGHT_FILE}`)).toBe(
      "the environment has `migManager.enabled: false`, the cluster does not: run deploy-control-plane with component gpu-operator first",
    );
    const change = "set `migManager.enabled: false` in the values of the GPU operator and deploy it";
    expect(await hints(CDMO)).toBe(change);
    expect(await hints(undefined)).toBe(`${change}; without CDMO, set the input \`label\` to false`);
    expect(await hints(undefined, false)).toBe(change);
  });

  it("are not told again where the files have the same", async () => {
    const wrong = await environment(`${CDMO}\ngpu-operator: { values: { mig: { strategy: mixed } } }`);
    const found = fileFindings(wrong);
    expect(found).toHaveLength(1);
    expect(told({}, { environment: wrong, found })).toEqual([expect.stringContaining("`mig.strategy` is")]);
  });

  it("cannot be told without a ClusterPolicy; one that the operator ignores is none", () => {
    const expected = [expect.stringMatching(/^info mig-manager-enabled: the cluster has no ClusterPolicy/)];
    expect(told({}, { policies: [] })).toEqual(expected);
    const ignored = policy({}, { status: { state: "ignored" } });
    expect(told({}, { policies: [ignored] })).toEqual(expected);
    expect(told({}, { policies: [ignored, policy(RIGHT, { status: { state: "ready" } })] })).toEqual([]);
  });
});

describe("volume mounts beside CDI", () => {
  const env = [{ name: "OTHER" }, { name: "DEVICE_LIST_STRATEGY", value: "volume-mounts" }];
  const spec = { ...RIGHT, cdi: { enabled: true }, devicePlugin: { env } };
  const version = (value: string) => [
    policy(spec, { metadata: { name: "p", labels: { "app.kubernetes.io/version": value } } }),
  ];

  it.each<[string, number, object, Partial<PolicyLook>]>([
    ["have no effect", 1, spec, {}],
    ["have an effect without CDI", 0, { ...spec, cdi: { enabled: false } }, {}],
    ["may have one where the cluster does not say", 0, { ...spec, cdi: undefined }, {}],
    ["are not there", 0, { ...spec, devicePlugin: {} }, {}],
    [
      "are another strategy",
      0,
      { ...spec, devicePlugin: { env: [{ name: "DEVICE_LIST_STRATEGY", value: "envvar" }] } },
      {},
    ],
    ["have none from 25.10 on", 1, {}, { policies: version("v25.10.0") }],
    ["have one before", 0, {}, { policies: version("v25.3.4") }],
    [
      "were told of",
      0,
      spec,
      { found: [{ check: "cdi-vs-volume-mounts", severity: "warning", message: "m" }] },
    ],
  ])("%s", (_, count, asked, look) => {
    const found = told(asked, look);
    expect(found).toHaveLength(count);
    for (const each of found)
      expect(each).toMatch(/^warning cdi-vs-volume-mounts: .*`volume-mounts`, which has no effect/);
  });
});

describe("the configuration of the device plugin", () => {
  const KEY = "nvidia.com/device-plugin.config";
  const spec = (config: object) => ({ ...RIGHT, devicePlugin: { config } });
  const nodes = [
    node("a", { [KEY]: "mig" }),
    node("b", { [KEY]: "ts" }),
    node("c", { [KEY]: "ts" }),
    node("d"),
  ];

  it("is told where a node has another one than CDMO's", () => {
    const found = judge(spec({ name: "plugins" }), { nodes });
    expect(found.map(({ severity, check }) => `${severity} ${check}`)).toEqual(
      Array(2).fill("warning device-plugin-config"),
    );
    expect(found[0]).toMatchObject({
      message: expect.stringContaining(
        "takes its configuration `ts` of ConfigMap plugins on b, c, not `mig`",
      ),
      hint: "`kubectl label node b … nvidia.com/device-plugin.config=mig --overwrite`, if the ConfigMap has such an entry",
    });
    expect(found[1]?.message).toContain("takes no configuration of ConfigMap plugins on d");
  });

  it("is the default where a node names none", () => {
    expect(judge(spec({ name: "plugins", default: "mig" }), { nodes })).toHaveLength(1);
    expect(judge(spec({ name: "plugins", default: "ts" }), { nodes })[0]?.message).toContain(
      "on b, c, d, not",
    );
  });

  it("does not matter without a ConfigMap, or without CDMO", () => {
    expect(judge(spec({ name: "", default: "ts" }), { nodes })).toEqual([]);
    expect(judge(spec({ name: "plugins" }), { nodes, labels: false })).toEqual([]);
  });
});
