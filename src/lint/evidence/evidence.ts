import type { Context } from "../../core/context.ts";
import { connectKubernetes } from "../../kubernetes/api.ts";
import { renderForLint } from "../../render/for-lint.ts";
import type { Scope } from "../engine.ts";
import type { LintRelease, Rule } from "../model.ts";
import { RULES } from "../rules/index.ts";
import { type ClusterFacts, readClusterFacts } from "./cluster-facts.ts";
import type { NotRun } from "./not-checked.ts";

/** What of the context this needs. */
export type EvidenceContext = Pick<Context, "log" | "env" | "exec" | "tempDir">;

/** What the charts make of the values, and which rules did not see all of it. */
export async function renderedEvidence(
  releases: readonly LintRelease[],
  options: { render: "auto" | "true" | "false"; cwd: string },
  context: EvidenceContext,
): Promise<Pick<Scope, "rendered" | "notRun">> {
  if (options.render === "false") return { notRun: [notRunBy("checkRendered", "`render` is false")] };
  const { rendered, notices } = await renderForLint(releases, options, context);
  for (const { message } of notices) context.log.info(message);
  const charts = releases.filter(({ definition }) => definition.kind === "chart").length;
  const [first] = notices;
  // What kept a release from being rendered kept it from every rule about rendered objects.
  const ofAll =
    rendered.length < charts
      ? [notRunBy("checkRendered", first?.message ?? "not every chart was rendered")]
      : [];
  return {
    rendered,
    notRun: [...ofAll, ...notices.map(({ message, rules }) => ({ reason: message, rules }))],
  };
}

/** The facts of the kubeconfig's cluster; only reads. */
export async function readCluster(context: EvidenceContext): Promise<ClusterFacts> {
  context.log.info("reading the cluster of the kubeconfig");
  const kubernetes = await connectKubernetes(context);
  const facts = await readClusterFacts(kubernetes);
  for (const sentence of facts.notRead ?? []) context.log.info(sentence);
  return facts;
}

/** The cluster as evidence, and which rules did not see all of it. */
export function clusterEvidence(cluster: ClusterFacts | undefined): Pick<Scope, "cluster" | "notRun"> {
  if (!cluster) return {};
  const notRead = cluster.notRead ?? [];
  return { cluster, notRun: notRead.length > 0 ? [notRunBy("checkCluster", notRead.join("; "))] : [] };
}

function notRunBy(check: "checkRendered" | "checkCluster", reason: string): NotRun {
  return { rules: RULES.filter((rule: Rule) => rule[check]).map(({ id }) => id), reason };
}
