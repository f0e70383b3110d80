import { filesOf } from "../environment-files.ts";
import type { RuleCase, Sample } from "./model.ts";

const sample = (components: string[], engine?: string | null): Sample => ({
  kind: "environment",
  files: filesOf({ components }),
  cluster: { kubernetesVersion: "v1.34.2", ...(engine === undefined ? {} : { networkPolicyEngine: engine }) },
});

export const cases: readonly RuleCase[] = [
  {
    rule: "np-not-enforced",
    what: "policies and no engine",
    bad: sample(["network-isolation: {}"], null),
    at: ["warning clearml.yaml:8:3"],
    good: sample(["network-isolation: {}"], "calico"),
  },
  {
    rule: "np-not-enforced",
    what: "no policies, or nothing known",
    bad: sample(["network-isolation: {}"], null),
    at: ["warning clearml.yaml:8:3"],
    good: sample(["network-isolation: {}"]),
  },
];
