import type { ComponentUse } from "../../../environment/model.ts";
import type { ReleaseValues } from "../../../lint/model.ts";
import { locateValue } from "../../../lint/release.ts";
import type { Values } from "../../../overrides/values.ts";

/** A component with the values it is deployed with, as facts about hosts and ports look at it. */
export interface Release extends ReleaseValues {
  use: ComponentUse;
}

/** The components that are charts and switched on, each with its values. */
export function releasesOf(
  uses: readonly ComponentUse[],
  valuesOf: (use: ComponentUse) => Values | undefined,
): Release[] {
  return uses.flatMap((use) => {
    const values = use.enabled && use.definition.kind === "chart" ? valuesOf(use) : undefined;
    return values ? [releaseOf(use, values)] : [];
  });
}

function releaseOf(use: ComponentUse, values: Values): Release {
  const { id, tenant, namespace } = use;
  return {
    id,
    ...(tenant === undefined ? {} : { tenant }),
    namespace,
    values,
    use,
    locate: (path) => locateValue(use, path),
  };
}
