import semver from "semver";
import type { Entry, LintRelease, Rule } from "../../model.ts";

/** A key that some versions of a chart do not read, or read wrongly. */
interface Gate {
  chart: string;
  /** The versions in which it does not work, as a semver range. */
  versions: string;
  path: string;
  /** Only with this value; with any when left out. */
  when?: (value: unknown) => boolean;
  message: string;
  hint: string;
}

const GATES: readonly Gate[] = [
  {
    chart: "clearml",
    versions: ">=5.5.1 <=7.4.0",
    path: "redis.architecture",
    when: (value) => value === "replication",
    message: "the server waits for a Redis service that does not exist when Redis is replicated",
    hint: "use chart 7.4.1 or later, or `standalone`",
  },
  {
    chart: "clearml",
    versions: ">=5.5.1 <=5.8.0",
    path: "mongodb.architecture",
    when: (value) => value === "replicaset",
    message: "the server waits for a MongoDB service that does not exist when MongoDB is a replica set",
    hint: "use chart 5.8.1 or later, or `standalone`",
  },
  {
    chart: "clearml",
    versions: ">=7.15.0",
    path: "redis",
    message: "`redis` is not read any more: Dragonfly has taken its place",
    hint: "remove the block; what it set has keys of its own below `dragonfly`",
  },
  {
    chart: "clearml-enterprise",
    versions: ">=11.0.0",
    path: "redis",
    message: "`redis` is not read any more: Dragonfly has taken its place",
    hint: "remove the block; what it set has keys of its own below `dragonfly`",
  },
  {
    chart: "clearml-agent",
    versions: "<=5.1.3",
    path: "clearml.existingAgentk8sglueSecret",
    message:
      "the Deployment does not look at `existingAgentk8sglueSecret`, and runs with the chart's own credentials",
    hint: "use chart 5.1.4 or later",
  },
  {
    chart: "clearml-agent",
    versions: "<=5.1.4",
    path: "clearml.existingClearmlConfigSecret",
    message: "the Deployment does not look at `existingClearmlConfigSecret`",
    hint: "use chart 5.1.5 or later, or write `clearmlConfig`",
  },
  {
    chart: "clearml-agent",
    versions: "<5.2.0",
    path: "agentk8sglue.queue",
    when: (value) => typeof value === "string" && value.includes(","),
    message: "a list of queues is taken for the name of one queue",
    hint: "use chart 5.2.0 or later, or deploy an agent for each queue",
  },
  ...["clearml", "clearml_serving_inference", "clearml_serving_statistics", "clearml_serving_triton"].map(
    (block): Gate => ({
      chart: "clearml-serving",
      versions: "<=1.0.2",
      path: `${block}.extraPythonPackages`,
      message: "the extra Python packages are not installed",
      hint: "use chart 1.1.0 or later",
    }),
  ),
];

export const versionGatedKey: Rule = {
  id: "L145",
  slug: "version-gated-key",
  severity: "warning",
  about: "A key or value that the declared version of the chart does not read, or reads wrongly.",
  why: "Some keys stand in a chart's values before its templates read them, some stay after nothing reads them any more, and some were broken in a range of versions. Nothing says so: the values are accepted and the setting is not there. Change the version, or do what the finding says.",
  components: ["control-plane", "agent", "serving"],
  *check(release) {
    const gates = gatesOf(release);
    if (gates.length === 0) return;
    for (const entry of release.entries) {
      if (entry.path.length > 2 || entry.leftover || isEmpty(entry.value)) continue;
      const gate = gates.find((each) => each.path === entry.path.join(".") && isMet(each, entry));
      if (gate) {
        const message = `${gate.message} in chart ${release.version}`;
        yield { message, hint: gate.hint, at: entry.at(gate.when ? "value" : "key") };
      }
    }
  },
};

function gatesOf({ chart, contents, version }: LintRelease): Gate[] {
  const exact = semver.valid(version ?? contents?.version ?? "");
  if (exact === null) return [];
  const name = contents?.name ?? chart;
  return GATES.filter((gate) => gate.chart === name && semver.satisfies(exact, gate.versions));
}

function isMet(gate: Gate, { value, text }: Entry): boolean {
  return gate.when === undefined || gate.when(text ?? value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
