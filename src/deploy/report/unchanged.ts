import type { Seen } from "../look.ts";
import { needsOf, tenantOf } from "../run-deployment.ts";
import type { ReportedComponent } from "./model.ts";

/** The components of a run in which nothing has to be done. */
export function reportedUnchanged({ desired, releases }: Seen): ReportedComponent[] {
  return desired.uses.map((use) => {
    const release = releases.find((each) => each.use === use);
    return {
      component: use.id,
      ...tenantOf(use),
      place: release ? `${use.namespace}/${use.release}` : use.namespace,
      what: release ? `${release.chartName} ${release.chartVersion}` : "as it should be",
      action: "none",
      state: "unchanged",
      reasons: [],
      needs: needsOf(use),
      phases: [],
    };
  });
}
