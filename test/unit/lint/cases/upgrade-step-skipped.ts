import { filesOf } from "../environment-files.ts";
import type { RuleCase, Sample } from "./model.ts";

const sample = (from: string, to: string, live = {}): Sample => {
  const files = filesOf({});
  return {
    kind: "environment",
    files: { ...files, "clearml.yaml": `${files["clearml.yaml"]}`.replace("10.12.7", to) },
    cluster: {
      kubernetesVersion: "v1.34.2",
      releases: [
        {
          name: "clearml",
          namespace: "clearml",
          chart: "clearml-enterprise",
          chartVersion: from,
          status: "deployed",
          ...live,
        },
      ],
    },
  };
};

export const cases: readonly RuleCase[] = [
  {
    rule: "upgrade-step-skipped",
    what: "past the migration of the database",
    bad: sample("10.8.16", "10.12.7"),
    at: ["error clearml.yaml:7:29"],
    good: sample("10.8.16", "10.11.7"),
  },
  {
    rule: "upgrade-step-skipped",
    what: "to the version that is not root any more",
    bad: sample("10.12.7", "11.0.0"),
    at: ["warning clearml.yaml:7:29"],
    good: sample("11.0.0", "11.1.0"),
  },
  {
    rule: "upgrade-step-skipped",
    what: "both at once; another release or chart does not matter",
    bad: sample("10.7.6", "11.0.1"),
    at: ["error clearml.yaml:7:29", "warning clearml.yaml:7:29"],
    good: sample("10.7.6", "11.0.1", { namespace: "other" }),
  },
  {
    rule: "upgrade-step-skipped",
    what: "from the step itself it goes on",
    bad: sample("10.11.6", "10.11.8"),
    at: ["error clearml.yaml:7:29"],
    good: sample("10.11.7", "10.12.7"),
  },
  {
    rule: "upgrade-step-skipped",
    what: "another chart has other versions",
    bad: sample("10.8.16", "10.12.7"),
    at: ["error clearml.yaml:7:29"],
    good: sample("10.8.16", "10.12.7", { chart: "clearml" }),
  },
];
