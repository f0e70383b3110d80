import { UserError } from "../../core/errors.ts";
import type { ComponentUse } from "../../environment/model.ts";
import type { ChartMetadata } from "../../helm/helm.ts";
import { acceptsKubernetes, minorOf } from "../../helm/kubernetes-window.ts";
import { fittingChart } from "../fitting-chart.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";

const CHECK = "kubernetes-window";

/** Whether the charts accept the version of the cluster: Helm refuses to install them otherwise. */
export const kubernetesWindow: Check = {
  name: CHECK,
  looksAt: "the version of the cluster",
  needs: "read the charts",
  async find(look) {
    const refused = [...look.charts].flatMap(([use, chart]): [ComponentUse, ChartMetadata][] =>
      chart instanceof UserError || accepts(chart, look) ? [] : [[use, chart]],
    );
    const errors = await Promise.all(
      refused.map(async ([use, chart], index): Promise<PreflightFinding> => {
        return {
          check: CHECK,
          severity: "error",
          kind: "input",
          message: `${use.id}: chart ${chart.name} ${chart.version} accepts Kubernetes ${chart.kubeVersion}, the cluster is ${look.kubernetes.version}`,
          hint: await hintFor(look, use, chart, index === 0),
          at: use.version ? use.source.locate([...use.path, "version"]) : use.at,
        };
      }),
    );
    return [...errors, ...otherMinor(look)];
  },
};

function accepts({ kubeVersion }: ChartMetadata, { kubernetes, helm }: Look): boolean {
  return !kubeVersion || acceptsKubernetes(kubeVersion, kubernetes.version, helm.version);
}

async function hintFor(
  look: Look,
  use: ComponentUse,
  chart: ChartMetadata,
  mayAsk: boolean,
): Promise<string> {
  // It is the vendor's suffix alone that an old Helm stumbles over.
  if (acceptsKubernetes(chart.kubeVersion ?? "*", look.kubernetes.version)) {
    return `Helm ${look.helm.version} takes the suffix of the cluster's version for a prerelease: use Helm 3.19 or later`;
  }
  return fittingChart(look, use, chart, mayAsk);
}

/** Linting and offline rendering go by the version of the file: it must be what is there. */
function otherMinor({ environment, kubernetes }: Look): PreflightFinding[] {
  const declared = environment.kubernetesVersion;
  const found = minorOf(kubernetes.version);
  if (!declared || !found || minorOf(declared) === found) return [];
  return [
    {
      check: CHECK,
      severity: "warning",
      message: `\`kubernetesVersion\` is ${declared}, the cluster is ${kubernetes.version}`,
      hint: `write "${found}", so that lint and plans look at the right version`,
      at: environment.source.locate(["kubernetesVersion"]),
    },
  ];
}
