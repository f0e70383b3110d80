import { UserError } from "../../core/errors.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";

const CHECK = "foreign-release";
const FLUX = "/apis/helm.toolkit.fluxcd.io/v2";
const FLUX_NAME = "HelmRelease";

/** Whether somebody else looks after a release: another tool, or another chart under its name. */
export const foreignRelease: Check = {
  name: CHECK,
  looksAt: "releases of other tools",
  needs: "list helmreleases.helm.toolkit.fluxcd.io",
  async find(look) {
    return [...otherCharts(look), ...ofFlux(look, await fluxReleases(look))];
  },
};

function otherCharts({ charts, records }: Look): PreflightFinding[] {
  return [...charts].flatMap(([use, chart]): PreflightFinding[] => {
    const record = records.get(use);
    if (!record || record.status === "uninstalled" || chart instanceof UserError) return [];
    if (record.chart === chart.name) return [];
    return [
      {
        check: CHECK,
        severity: "warning",
        message: `${use.namespace}/${use.release} was made from chart ${record.chart} ${record.chartVersion}; ${use.id} would replace it with ${chart.name} ${chart.version}`,
        hint: "choose another `release` or `namespace` for the component, unless this is meant",
        at: use.at,
      },
    ];
  });
}

/** Flux' releases; most clusters do not know the kind. */
async function fluxReleases({ kubernetes }: Look): Promise<KubernetesObject[]> {
  return (await kubernetes.get(FLUX)) ? kubernetes.list(`${FLUX}/helmreleases`) : [];
}

interface HelmRelease {
  releaseName?: string;
  targetNamespace?: string;
  suspend?: boolean;
}

/** What is to be said of the releases that Flux looks after too: it would undo each change. */
export function ofFlux(
  { uses }: Pick<Look, "uses">,
  releases: readonly KubernetesObject[],
): PreflightFinding[] {
  return releases.flatMap(({ metadata, spec }): PreflightFinding[] => {
    const { releaseName, targetNamespace, suspend } = (spec ?? {}) as HelmRelease;
    const namespace = targetNamespace ?? metadata.namespace ?? "";
    // Flux' rule for a release without a name.
    const release = releaseName ?? (targetNamespace ? `${targetNamespace}-${metadata.name}` : metadata.name);
    const use = uses.find((each) => each.namespace === namespace && each.release === release);
    if (!use || suspend) return [];
    return [
      {
        check: CHECK,
        severity: "warning",
        message: `${namespace}/${release} is looked after by Flux as well (${FLUX_NAME} ${metadata.namespace}/${metadata.name}): both would undo each other's changes`,
        hint: `suspend it (\`flux suspend helmrelease ${metadata.name} -n ${metadata.namespace}\`), or leave \`${use.id}\` out here`,
      },
    ];
  });
}
