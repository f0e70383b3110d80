import type { ComponentId } from "../../../../src/catalogue/model.ts";
import type { ClusterFacts } from "../../../../src/lint/evidence/cluster-facts.ts";
import type { RenderedRelease } from "../../../../src/render/model.ts";
import type { Files } from "../../environment/support.ts";
import { environmentOf } from "../support.ts";

type Overrides = Parameters<typeof environmentOf>[0];

/** What a rule looks at. */
export type Sample =
  | { kind: "file"; component: ComponentId; text: string }
  /** Files of an environment, with its `clearml.yaml`; with facts of a cluster or what a chart renders. */
  | { kind: "environment"; files: Files; cluster?: ClusterFacts; manifests?: Manifests }
  /** A workflow or shell script. */
  | { kind: "commands"; file: string; text: string };

/** Manifests that the chart of a component prints, as `helm template` writes them. */
export interface Manifests extends RenderingAnswers {
  component: ComponentId;
  text: string;
}

/** What the tools say about them, where a rule is about that. */
export interface RenderingAnswers {
  /** Helm's words, when it renders nothing. */
  refusal?: string;
  /** What kubeconform says of objects, each by its name. */
  violations?: readonly {
    name: string;
    path: readonly (string | number)[];
    message: string;
    unknownKey?: string;
  }[];
  unknownKinds?: RenderedRelease["unknownKinds"];
}

/** Something a rule finds, and the good file closest to it. */
export interface RuleCase {
  rule: string;
  what: string;
  bad: Sample;
  /** `error values.yaml:3:5`, one for each finding of the rule. */
  at: string[];
  good: Sample;
}

/** A case of a single file; `at` are places such as `error 3:5`. */
export function file(
  rule: string,
  component: ComponentId,
  what: string,
  bad: string,
  at: string[],
  good: string,
): RuleCase {
  const sample = (text: string): Sample => ({ kind: "file", component, text });
  return {
    rule,
    what,
    bad: sample(bad),
    at: at.map((each) => each.replace(" ", " values.yaml:")),
    good: sample(good),
  };
}

/** A case that takes an environment; `at` are places such as `error tenants/acme/agent.yaml:3:5`. */
export function environment(
  rule: string,
  what: string,
  bad: Overrides,
  at: string[],
  good: Overrides,
): RuleCase {
  return files(rule, what, environmentOf(bad), at, environmentOf(good));
}

/** A case of an environment whose files are all written out. */
export function files(rule: string, what: string, bad: Files, at: string[], good: Files): RuleCase {
  const sample = (each: Files): Sample => ({ kind: "environment", files: each });
  return { rule, what, bad: sample(bad), at, good: sample(good) };
}

/** A case of a workflow or shell script. */
export function commands(
  rule: string,
  name: string,
  what: string,
  bad: string,
  at: string[],
  good: string,
): RuleCase {
  const sample = (text: string): Sample => ({ kind: "commands", file: name, text });
  return { rule, what, bad: sample(bad), at, good: sample(good) };
}

/** A case of what a chart renders, within an environment; texts are manifests, or come with what tools say of them. */
export function rendered(
  rule: string,
  component: ComponentId,
  what: string,
  overrides: Overrides,
  bad: string | Omit<Manifests, "component">,
  at: string[],
  good: string | Omit<Manifests, "component">,
): RuleCase {
  const sample = (output: typeof bad): Sample => ({
    kind: "environment",
    files: environmentOf(overrides),
    manifests: { component, ...(typeof output === "string" ? { text: output } : output) },
  });
  return { rule, what, bad: sample(bad), at, good: sample(good) };
}

/** A case of an environment on a cluster. */
export function cluster(
  rule: string,
  what: string,
  overrides: Overrides,
  bad: ClusterFacts,
  at: string[],
  good: ClusterFacts,
): RuleCase {
  const sample = (facts: ClusterFacts): Sample => ({
    kind: "environment",
    files: environmentOf(overrides),
    cluster: facts,
  });
  return { rule, what, bad: sample(bad), at, good: sample(good) };
}
