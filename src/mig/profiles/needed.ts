import { profileOf } from "../../catalogue/mig-profiles.ts";
import type { Location } from "../../core/errors.ts";
import type { Environment } from "../../environment/model.ts";
import { quantityOf } from "../../kubernetes/quantities.ts";
import { environmentReleases } from "../../lint/engine.ts";
import {
  baseTemplate,
  type PodTemplate,
  queueTemplates,
  resourcesOf,
} from "../../lint/facts/pod-templates.ts";

/** A MIG profile that the pods of a queue ask for. */
export interface ProfileNeed {
  /** Such as `1g.10gb`. */
  profile: string;
  tenant?: string;
  /** Undefined where an agent names no queues: its template is that of every task. */
  queue?: string;
  /** How many of them one pod asks for. */
  count: number;
  at: Location;
}

/** The MIG profiles that the agents' queues ask for, in the order of the files. */
export function profilesNeeded(environment: Environment): ProfileNeed[] {
  return environmentReleases(environment)
    .filter(({ id }) => id === "agent")
    .flatMap((release) => {
      const queues = queueTemplates(release);
      return (queues.length > 0 ? queues : [baseTemplate(release)]).flatMap(needsOf);
    });
}

function needsOf(template: PodTemplate): ProfileNeed[] {
  const { release, queue } = template;
  return resourcesOf(template).flatMap(({ name, value, path }) => {
    const profile = profileOf(name);
    const count = quantityOf(value) ?? 1;
    if (profile === undefined || count === 0) return [];
    return [
      {
        profile,
        ...(release.tenant === undefined ? {} : { tenant: release.tenant }),
        ...(queue === undefined ? {} : { queue }),
        count,
        at: template.keyAt(path),
      },
    ];
  });
}
