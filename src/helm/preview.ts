import { parseAllDocuments } from "yaml";
import type { Context } from "../core/context.ts";
import { type Capabilities, previewArguments, previewTemplateArguments } from "./arguments.ts";
import type { ChartStore, Run } from "./chart-store.ts";
import { explain } from "./failures.ts";
import type { Helm } from "./helm.ts";
import { isPending } from "./pending.ts";
import {
  apiVersions,
  isInstall,
  kindsOfCrds,
  previewNotices,
  splitTemplate,
  unknownKinds,
} from "./rendered.ts";
import { parseRelease } from "./stored-release.ts";

/** What an upgrade would write. */
export interface Preview {
  manifest: string;
  /** The manifests of its hooks as one text. */
  hooks: string;
  /** What the chart's `crds/` adds on a first install; empty on an upgrade, where Helm leaves them alone. */
  crds: string;
  /** What could not be foretold, and why. */
  notices: string[];
}

interface PreviewParts {
  run: Run;
  major: number;
  charts: ChartStore;
  exec: Context["exec"];
}

/** Previews releases; see `Helm.preview`. */
export function createPreview({ run, major, charts, exec }: PreviewParts): Helm["preview"] {
  return async (use, request, values) => {
    const chart = await charts.chart(use, request.reference);
    const reference = { chart: chart.path };
    const local = { ...request, reference };
    const crds = isInstall(request) ? chart.crds : "";
    const stdin = JSON.stringify(values);
    const explained = explain(use, charts.named(reference));
    const rendered = async (unknown: readonly string[]) => {
      const own = kindsOfCrds(parseAllDocuments(crds).map((document) => document.toJS()));
      const { kubernetesVersion, apiVersions: served } = await readCapabilities(exec);
      const cluster = { kubernetesVersion, apiVersions: [...new Set([...served, ...own])] };
      const args = previewTemplateArguments(local, major, cluster);
      const { stdout } = await run(args, stdin).catch(explained);
      return { ...splitTemplate(stdout), crds, notices: previewNotices(unknown, own, major) };
    };
    // Helm refuses to look at a release while it takes another operation to be under way.
    if (request.current && isPending(request.current)) return rendered([]);
    try {
      const { manifest, hooks } = parseRelease((await run(previewArguments(local, major), stdin)).stdout);
      return { manifest, hooks, crds, notices: [] };
    } catch (thrown) {
      const unknown = unknownKinds(thrown);
      return unknown.length === 0 ? explained(thrown) : rendered(unknown);
    }
  };
}

/** What the cluster serves. Where a part of its API is down, kubectl lists the rest and ends with 1. */
async function readCapabilities(exec: Context["exec"]): Promise<Capabilities> {
  const [version, resources] = await Promise.all([
    exec.run("kubectl", ["version", "--output", "json"], { quiet: true }),
    exec.run("kubectl", ["api-resources", "--no-headers"], { quiet: true, ok: [0, 1] }),
  ]);
  const { serverVersion } = JSON.parse(version.stdout) as { serverVersion: { gitVersion: string } };
  return { kubernetesVersion: serverVersion.gitVersion, apiVersions: apiVersions(resources.stdout) };
}
