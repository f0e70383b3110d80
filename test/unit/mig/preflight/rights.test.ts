import { describe, expect, it } from "vitest";
import { type Doing, needsOf } from "../../../../src/mig/preflight/rights.ts";

const READS = ["get/list nodes", "list clusterpolicies", "list pods"];
const LEASES = { default: ["get/create/update leases"] };
const EXEC = ["get pods", "get/create pods/exec"];

function told(doing: Doing): Record<string, string[]> {
  return Object.fromEntries(
    [...needsOf(doing)].map(([namespace = "", needs]) => [
      namespace,
      needs.map(({ verbs, resource }) => `${verbs.join("/")} ${resource}`),
    ]),
  );
}

describe("the rights that a run uses", () => {
  it.each<[string, Doing, Record<string, string[]>]>([
    [
      "on the machine itself",
      { patches: true, drain: false, execIn: [] },
      { "": ["get/list/patch nodes", "list clusterpolicies"] },
    ],
    [
      "on the machine itself, and to drain",
      { patches: true, drain: true, execIn: [] },
      { "": ["get/list/patch nodes", ...READS.slice(1), "create pods/eviction"], ...LEASES },
    ],
    [
      "to label",
      { patches: true, drain: false, execIn: ["gpu-operator", "gpu-operator"] },
      { "": ["get/list/patch nodes", ...READS.slice(1)], ...LEASES, "gpu-operator": EXEC },
    ],
    ["to run nvidia-smi anywhere", { patches: false, drain: false }, { "": [...READS, ...EXEC], ...LEASES }],
    [
      "to drain and reboot",
      { patches: true, drain: true, rebootIn: "gpu-operator", execIn: ["gpu-operator"] },
      {
        "": ["get/list/patch nodes", ...READS.slice(1), "create pods/eviction"],
        ...LEASES,
        "gpu-operator": [...EXEC, "get/create/delete pods"],
      },
    ],
    [
      "to reboot from the namespace of the lock",
      { patches: true, drain: true, rebootIn: "default", execIn: [] },
      {
        "": ["get/list/patch nodes", ...READS.slice(1), "create pods/eviction"],
        default: [...LEASES.default, "get/create/delete pods"],
      },
    ],
  ])("%s", (_, doing, expected) => {
    expect(told(doing)).toEqual(expected);
  });
});
