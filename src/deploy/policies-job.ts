import type { ComponentUse } from "../environment/model.ts";
import type { ApplyResult } from "../kubernetes/api.ts";
import { ensureNamespace } from "../kubernetes/namespaces.ts";
import { type KubernetesObject, objectPath } from "../kubernetes/objects.ts";
import { planManifest } from "../plan/objects.ts";
import { type ComponentJob, needsOf, tenantOf } from "./run-deployment.ts";
import type { ClusterSession } from "./session.ts";

/** Writes an object when something asked for is not so; one that is as it should be is only read. */
async function writeUnlessSame(
  { kubernetes }: ClusterSession,
  object: KubernetesObject,
): Promise<ApplyResult> {
  const live = await kubernetes.get(objectPath(object));
  return planManifest(live, object) ? kubernetes.apply(object) : "unchanged";
}

/**
 * The job that writes network policies, each one request; they are few. A namespace that is not there yet is made.
 */
export function policiesJob(
  session: ClusterSession,
  use: ComponentUse,
  policies: readonly KubernetesObject[] | (() => Promise<readonly KubernetesObject[]>),
): ComponentJob {
  return {
    id: use.id,
    needs: needsOf(use),
    about: {
      ...tenantOf(use),
      place: use.namespace,
      what: "network policies",
      action: "upgrade",
      reasons: [],
    },
    async run() {
      const started = Date.now();
      const objects = typeof policies === "function" ? await policies() : policies;
      const namespaces = new Set(objects.flatMap((object) => object.metadata.namespace ?? []));
      await Promise.all([...namespaces].map((name) => ensureNamespace(session.kubernetes, name, use.tenant)));
      const results = await Promise.all(objects.map((object) => writeUnlessSame(session, object)));
      const written = results.filter((result) => result !== "unchanged").length;
      session.context.log.info(`${use.id}: ${objects.length} network policies, ${written} written`);
      return {
        changed: written > 0,
        what: `${objects.length} network policies in ${[...namespaces].join(", ")}, ${written} written`,
        phases: [{ name: "upgrade", milliseconds: Date.now() - started }],
      };
    },
  };
}
