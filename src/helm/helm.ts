import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import type { Context } from "../core/context.ts";
import { ToolError, UserError } from "../core/errors.ts";
import type { ComponentUse } from "../environment/model.ts";
import {
  type Capabilities,
  previewArguments,
  previewTemplateArguments,
  pullArguments,
  type RollbackRequest,
  rollbackArguments,
  type TemplateRequest,
  templateArguments,
  type UninstallRequest,
  type UpgradeRequest,
  uninstallArguments,
  upgradeArguments,
} from "./arguments.ts";
import { fetchChart, isLocalChart, readLocalChart } from "./chart.ts";
import { type ChartReference, repositoryAliases } from "./chart-reference.ts";
import { explainHelmFailure, isHookRace } from "./failures.ts";
import {
  apiVersions,
  isInstall,
  kindsOfCrds,
  type Preview,
  previewNotices,
  splitTemplate,
  unknownKinds,
} from "./preview.ts";
import type { ReleaseRecord } from "./record.ts";
import { parseRelease } from "./stored-release.ts";

/** A chart's Chart.yaml, as far as it matters here. */
export interface ChartMetadata {
  name: string;
  version: string;
  /** Range of Kubernetes versions it accepts. */
  kubeVersion?: string;
}

/** A chart on this machine. */
export interface LocalChart {
  /** Its package or folder. */
  path: string;
  /** `sha256:…` of the package; of a folder, of the names and contents of the files that Helm takes from it. */
  digest: string;
  metadata: ChartMetadata;
  /** The manifests in its `crds/` and those of its subcharts: Helm creates them with the first install only. */
  crds: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Helm as found on PATH. Whatever it is asked, it never waits for readiness. */
export interface Helm {
  readonly major: number;
  /** Its whole version: `v4.2.3`. */
  readonly version: string;
  /** Aliases of classic repositories by address. */
  readonly aliases: ReadonlyMap<string, string>;
  /**
   * The chart a reference leads to, fetched once a run; what is previewed and applied afterwards is this package.
   * @throws UserError when it cannot be had
   */
  chart(use: ComponentUse, reference: ChartReference): Promise<LocalChart>;
  /**
   * The manifests a chart makes of values; asks no cluster.
   * @throws ToolError with Helm's words
   */
  template(request: TemplateRequest, values: Values): Promise<string>;
  /**
   * What `upgrade` would write. Helm asks the cluster, so that charts find what they look up there and objects of others
   * are noticed; it writes nothing. Where the cluster does not know a kind yet, the chart is rendered without it.
   */
  preview(use: ComponentUse, request: UpgradeRequest, values: Values): Promise<Preview>;
  /** Installs or upgrades a release; returns its new revision. */
  upgrade(use: ComponentUse, request: UpgradeRequest, values: Values): Promise<ReleaseRecord>;
  /** Brings a release back to an earlier revision, as a new one. */
  rollback(use: ComponentUse, request: RollbackRequest): Promise<void>;
  /** Removes a release with its history; claims of stateful sets and `crds/` stay, as Helm leaves them. */
  uninstall(use: ComponentUse, request: UninstallRequest): Promise<void>;
}

type Parts = Pick<Context, "exec" | "env" | "tempDir">;

/**
 * Finds Helm and its repository file.
 * @throws UserError when Helm is missing, neither version 3 nor 4, or told to keep its records elsewhere than in Secrets
 */
export async function findHelm(context: Parts): Promise<Helm> {
  refuseOtherDrivers(context.env.HELM_DRIVER);
  const run: Run = (args, stdin) => context.exec.run("helm", args, { ...OPTIONS, ...stdinOf(stdin) });
  const version = (await run(["version", "--template", "{{.Version}}"])).stdout.trim();
  const major = Number(/^v?(\d+)\./.exec(version)?.[1] ?? 0);
  if (major !== 3 && major !== 4) {
    throw new UserError({
      message: `helm on PATH is ${version || "of an unknown version"}; Helm 3 or 4 is needed`,
      hint: "run the setup-clearml-helm action before this one",
    });
  }
  const repositoryFile = context.env.HELM_REPOSITORY_CONFIG;
  const aliases = repositoryAliases(
    repositoryFile ? await readFile(repositoryFile, "utf8").catch(() => "") : "",
  );
  const charts = chartStore(run, aliases, () => context.tempDir());
  return {
    major,
    version,
    aliases,
    chart: charts.chart,
    async template(request, values) {
      return (await run(templateArguments(request), JSON.stringify(values))).stdout;
    },
    preview: previewWith({ run, major, charts, capabilities: () => readCapabilities(context) }),
    async upgrade(use, request, values) {
      const reference = await charts.fetched(use, request.reference);
      const upgrade = () => run(upgradeArguments({ ...request, reference }, major), JSON.stringify(values));
      const result = await upgrade()
        .catch((thrown: unknown) => {
          if (isHookRace(thrown)) return upgrade();
          throw thrown;
        })
        .catch(explain(use, charts.named(reference)));
      return parseRelease(result.stdout);
    },
    async rollback(use, request) {
      await run(rollbackArguments(request, major)).catch(explain(use));
    },
    async uninstall(use, request) {
      await run(uninstallArguments(request)).catch(explain(use));
    },
  };
}

type Run = (args: readonly string[], stdin?: string) => Promise<{ stdout: string }>;

/** Which cluster is meant must not depend on variables that kubectl does not know. */
const OTHER_CLUSTER = [
  "HELM_KUBECONTEXT",
  "HELM_KUBEAPISERVER",
  "HELM_KUBETOKEN",
  "HELM_KUBECAFILE",
  "HELM_KUBETLS_SERVER_NAME",
  "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
];

const OPTIONS = {
  quiet: true,
  // A release that is cut off is recorded as failed by Helm, when it gets the time.
  interruptible: true,
  env: { HELM_NO_PLUGINS: "1", ...Object.fromEntries(OTHER_CLUSTER.map((name) => [name, ""])) },
};

function stdinOf(stdin: string | undefined): { stdin?: string } {
  return stdin === undefined ? {} : { stdin };
}

function refuseOtherDrivers(driver: string | undefined): void {
  if (!driver || /^secrets?$/.test(driver)) return;
  throw new UserError({
    message: `HELM_DRIVER is \`${driver}\`: releases recorded there are not seen here`,
    hint: "unset HELM_DRIVER: Helm's records are read from its Secrets, where it keeps them by default",
  });
}

function explain(use: ComponentUse, reference?: ChartReference) {
  return (thrown: unknown): never => {
    throw thrown instanceof ToolError ? explainHelmFailure(thrown, use, reference) : thrown;
  };
}

interface ChartStore {
  chart: Helm["chart"];
  /** The reference with which Helm takes the chart that `chart` has. */
  fetched(use: ComponentUse, reference: ChartReference): Promise<ChartReference>;
  /** How the user named a chart, for messages. */
  named(reference: ChartReference): ChartReference;
}

function chartStore(
  run: Run,
  aliases: ReadonlyMap<string, string>,
  folder: () => Promise<string>,
): ChartStore {
  const charts = new Map<string, Promise<LocalChart>>();
  const names = new Map<string, ChartReference>();
  const find = async (use: ComponentUse, reference: ChartReference): Promise<LocalChart> => {
    if (isLocalChart(reference, aliases)) return readLocalChart(use, reference.chart);
    const pull = (into: string) => run(pullArguments(reference, into)).catch(explain(use, reference));
    const chart = await fetchChart(use, reference, await folder(), pull);
    names.set(chart.path, reference);
    charts.set(JSON.stringify({ chart: chart.path }), Promise.resolve(chart));
    return chart;
  };
  const chart: Helm["chart"] = (use, reference) => {
    const key = JSON.stringify(reference);
    const found = charts.get(key) ?? find(use, reference);
    charts.set(key, found);
    return found;
  };
  return {
    chart,
    fetched: async (use, reference) => ({ chart: (await chart(use, reference)).path }),
    named: (reference) => names.get(reference.chart) ?? reference,
  };
}

interface PreviewParts {
  run: Run;
  major: number;
  charts: ChartStore;
  capabilities: () => Promise<Capabilities>;
}

function previewWith({ run, major, charts, capabilities }: PreviewParts): Helm["preview"] {
  return async (use, request, values) => {
    const chart = await charts.chart(use, request.reference);
    const reference = { chart: chart.path };
    const local = { ...request, reference };
    const crds = isInstall(request) ? chart.crds : "";
    const stdin = JSON.stringify(values);
    try {
      const { manifest, hooks } = parseRelease((await run(previewArguments(local, major), stdin)).stdout);
      return { manifest, hooks, crds, notices: [] };
    } catch (thrown) {
      const unknown = unknownKinds(thrown);
      if (unknown.length === 0) return explain(use, charts.named(reference))(thrown);
      const own = kindsOfCrds(parseAllDocuments(crds).map((document) => document.toJS()));
      const { kubernetesVersion, apiVersions: served } = await capabilities();
      const cluster = { kubernetesVersion, apiVersions: [...new Set([...served, ...own])] };
      const args = previewTemplateArguments(local, major, cluster);
      const { stdout } = await run(args, stdin).catch(explain(use, charts.named(reference)));
      return { ...splitTemplate(stdout), crds, notices: previewNotices(unknown, own, major) };
    }
  };
}

/** What the cluster serves. Where a part of its API is down, kubectl lists the rest and ends with 1. */
async function readCapabilities({ exec }: Pick<Context, "exec">): Promise<Capabilities> {
  const [version, resources] = await Promise.all([
    exec.run("kubectl", ["version", "--output", "json"], { quiet: true }),
    exec.run("kubectl", ["api-resources", "--no-headers"], { quiet: true, ok: [0, 1] }),
  ]);
  const { serverVersion } = JSON.parse(version.stdout) as { serverVersion: { gitVersion: string } };
  return { kubernetesVersion: serverVersion.gitVersion, apiVersions: apiVersions(resources.stdout) };
}
