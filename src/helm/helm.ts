import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import type { Context } from "../core/context.ts";
import { ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import {
  pullArguments,
  showChartArguments,
  type TemplateRequest,
  templateArguments,
  type UpgradeRequest,
  upgradeArguments,
} from "./arguments.ts";
import { type ChartReference, repositoryAliases } from "./chart-reference.ts";
import { explainHelmFailure } from "./failures.ts";
import { parseRelease, type ReleaseRecord } from "./record.ts";

/** A chart's Chart.yaml, as far as it matters here. */
export interface ChartMetadata {
  name: string;
  version: string;
  /** Range of Kubernetes versions it accepts. */
  kubeVersion?: string;
}

/** Helm as found on PATH. */
export interface Helm {
  readonly major: number;
  /** Its whole version: `v4.2.3`. */
  readonly version: string;
  /** Aliases of classic repositories by address. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Name and version of the chart a reference leads to; asked once per run. */
  showChart(use: ComponentUse, reference: ChartReference): Promise<ChartMetadata>;
  /** Fetches the package of a chart into a folder. */
  pull(use: ComponentUse, reference: ChartReference, folder: string): Promise<void>;
  /**
   * The manifests a chart makes of values; asks no cluster.
   * @throws ToolError with Helm's words
   */
  template(request: TemplateRequest, values: Readonly<Record<string, unknown>>): Promise<string>;
  /** Installs or upgrades a release; returns its new revision. Does not wait for readiness. */
  upgrade(
    use: ComponentUse,
    request: UpgradeRequest,
    values: Readonly<Record<string, unknown>>,
  ): Promise<ReleaseRecord>;
}

/**
 * Finds Helm and its repository file.
 * @throws UserError when Helm is missing or neither version 3 nor 4
 */
export async function findHelm(context: Pick<Context, "exec" | "env">): Promise<Helm> {
  const { stdout } = await context.exec.run("helm", ["version", "--template", "{{.Version}}"], {
    quiet: true,
  });
  const major = Number(/^v?(\d+)\./.exec(stdout.trim())?.[1] ?? 0);
  if (major !== 3 && major !== 4) {
    throw new UserError({
      message: `helm on PATH is ${stdout.trim() || "of an unknown version"}; Helm 3 or 4 is needed`,
      hint: "run the setup-clearml-helm action before this one",
    });
  }
  const repositoryFile = context.env.HELM_REPOSITORY_CONFIG;
  const repositories = repositoryFile ? await readFile(repositoryFile, "utf8").catch(() => "") : "";
  const charts = new Map<string, Promise<ChartMetadata>>();
  const helm = (args: readonly string[], stdin?: string) =>
    context.exec.run("helm", args, { quiet: true, ...(stdin === undefined ? {} : { stdin }) });
  return {
    major,
    version: stdout.trim(),
    aliases: repositoryAliases(repositories),
    showChart(use, reference) {
      const key = JSON.stringify(reference);
      const shown =
        charts.get(key) ??
        helm(showChartArguments(reference))
          .catch(explain(use, reference))
          .then(({ stdout: chart }) => parse(chart) as ChartMetadata);
      charts.set(key, shown);
      return shown;
    },
    async pull(use, reference, folder) {
      await helm(pullArguments(reference, folder)).catch(explain(use, reference));
    },
    async template(request, values) {
      const result = await helm(templateArguments(request), JSON.stringify(values));
      return result.stdout;
    },
    async upgrade(use, request, values) {
      const args = upgradeArguments(request, major);
      const result = await helm(args, JSON.stringify(values)).catch(explain(use, request.reference));
      return parseRelease(result.stdout);
    },
  };
}

function explain(use: ComponentUse, reference: ChartReference) {
  return (thrown: unknown): never => {
    throw thrown instanceof ToolError ? explainHelmFailure(thrown, use, reference) : thrown;
  };
}
