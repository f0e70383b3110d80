import { readFile } from "node:fs/promises";
import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { pause } from "../core/pause.ts";
import type { ComponentUse } from "../environment/model.ts";
import {
  type RollbackRequest,
  rollbackArguments,
  type TemplateRequest,
  templateArguments,
  type UninstallRequest,
  type UpgradeRequest,
  uninstallArguments,
  upgradeArguments,
} from "./arguments.ts";
import { type ChartReference, repositoryAliases } from "./chart-reference.ts";
import { type ChartStore, createChartStore, type Run } from "./chart-store.ts";
import { explain, isHookRace } from "./failures.ts";
import { createPreview, type Preview } from "./preview.ts";
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
  /** Name and version of the chart a reference leads to, without its package; asked once a run. */
  showChart(use: ComponentUse, reference: ChartReference): Promise<ChartMetadata>;
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

type Parts = Pick<Context, "exec" | "env" | "tempDir"> & Partial<Pick<Context, "signal">>;

/** Until a hook of the last revision that is being deleted is gone; its pods have had their signal already. */
const HOOK_PAUSE_MS = 3_000;

/**
 * Finds Helm and its repository file.
 * @throws UserError when Helm is missing, neither version 3 nor 4
 */
export async function findHelm(context: Parts): Promise<Helm> {
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
  const charts = createChartStore(run, aliases, () => context.tempDir());
  return {
    major,
    version,
    aliases,
    chart: charts.chart,
    showChart: charts.show,
    async template(request, values) {
      return (await run(templateArguments(request), JSON.stringify(values))).stdout;
    },
    ...releaseCommands({ run, major, charts, context }),
  };
}

/** The commands that talk to the cluster. */
function releaseCommands({
  run,
  major,
  charts,
  context: { env, exec, signal = new AbortController().signal },
}: {
  run: Run;
  major: number;
  charts: ChartStore;
  context: Parts;
}): Pick<Helm, "preview" | "upgrade" | "rollback" | "uninstall"> {
  const preview = createPreview({ run, major, charts, exec });
  return {
    async preview(use, request, values) {
      refuseOtherDrivers(env);
      return preview(use, request, values);
    },
    async upgrade(use, request, values) {
      refuseOtherDrivers(env);
      const reference = await charts.fetched(use, request.reference);
      const upgrade = () => run(upgradeArguments({ ...request, reference }, major), JSON.stringify(values));
      const result = await upgrade()
        .catch(async (thrown: unknown) => {
          if (!isHookRace(thrown)) throw thrown;
          await pause(HOOK_PAUSE_MS, signal);
          if (signal.aborted) throw thrown;
          return upgrade();
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

/** Which cluster is meant must not depend on variables that kubectl does not know. */
const OTHER_CLUSTER = [
  "HELM_KUBECONTEXT",
  "HELM_KUBEAPISERVER",
  "HELM_KUBETOKEN",
  "HELM_KUBEASUSER",
  "HELM_KUBEASGROUPS",
  "HELM_KUBECAFILE",
  "HELM_KUBETLS_SERVER_NAME",
  "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
];

const OPTIONS = {
  quiet: true,
  // A release that is cut off is recorded as failed by Helm, when it gets the time.
  interruptible: true,
  env: {
    HELM_NO_PLUGINS: "1",
    HELM_DRIVER: "secret",
    ...Object.fromEntries(OTHER_CLUSTER.map((name) => [name, ""])),
  },
};

function stdinOf(stdin: string | undefined): { stdin?: string } {
  return stdin === undefined ? {} : { stdin };
}

function refuseOtherDrivers({ HELM_DRIVER: driver }: Context["env"]): void {
  if (!driver || /^secrets?$/.test(driver)) return;
  throw new UserError({
    message: `HELM_DRIVER is \`${driver}\`: releases recorded there are not seen here`,
    hint: "unset HELM_DRIVER: Helm's records are read from its Secrets, where it keeps them by default",
  });
}
