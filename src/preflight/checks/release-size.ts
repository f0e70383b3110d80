import type { ComponentUse } from "../../environment/model.ts";
import { type KubernetesObject, resourcePath } from "../../kubernetes/objects.ts";
import type { Check, PreflightFinding } from "../model.ts";

const CHECK = "release-size";

/** What a Secret holds at most, and with it a revision of a release. */
const LIMIT = 1_048_576;
const WARN_FROM = 0.8 * LIMIT;
/** Twice of what is kept of a release here, and by Helm itself. */
const LONG_HISTORY = 20;

/** Releases that are about to outgrow the Secret that Helm keeps them in. */
export const releaseSize: Check = {
  name: CHECK,
  looksAt: "the size of the releases",
  needs: "list secrets",
  async find({ records, kubernetes }) {
    const sizes = [...records].flatMap(([{ namespace, release }, { storedBytes }]) =>
      judgeSize(`${namespace}/${release}`, storedBytes),
    );
    const namespaces = [...new Set([...records.keys()].map(({ namespace }) => namespace))];
    const query = `labelSelector=${encodeURIComponent("owner=helm")}`;
    const revisions = await Promise.all(
      namespaces.map((namespace) => kubernetes.listMetadata(resourcePath("v1", "Secret", namespace), query)),
    );
    return [...sizes, ...judgeHistory([...records.keys()], revisions.flat())];
  },
};

/** What is to be said of a release that takes so many bytes. */
export function judgeSize(release: string, bytes: number | undefined): PreflightFinding[] {
  if (bytes === undefined || bytes < WARN_FROM) return [];
  const percent = Math.floor((bytes / LIMIT) * 100);
  return [
    {
      check: CHECK,
      severity: "warning",
      message: `${release} takes ${percent} % of the 1 MiB that Helm can store of a release: beyond it upgrades fail`,
      hint: "make its values smaller (large files belong into ConfigMaps of their own), or split the chart",
    },
  ];
}

/** What is to be said of releases of which somebody keeps every revision: each upgrade reads them all. */
export function judgeHistory(
  releases: readonly Pick<ComponentUse, "namespace" | "release">[],
  revisions: readonly Pick<KubernetesObject, "metadata">[],
): PreflightFinding[] {
  return releases.flatMap(({ namespace, release }): PreflightFinding[] => {
    const { length } = revisions.filter(
      ({ metadata }) => metadata.namespace === namespace && metadata.labels?.name === release,
    );
    if (length <= LONG_HISTORY) return [];
    return [
      {
        check: CHECK,
        severity: "info",
        message: `${length} revisions of ${namespace}/${release} are stored, which slows Helm down`,
        hint: "the next upgrade keeps the newest 10 and removes the others",
      },
    ];
  });
}
