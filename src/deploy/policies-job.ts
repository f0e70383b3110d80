import type { ComponentUse } from "../environment/model.ts";
import { ensureNamespace } from "../kubernetes/namespaces.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { type ComponentResult, needsOf } from "./run-deployment.ts";
import type { Job } from "./schedule.ts";
import type { ClusterSession } from "./session.ts";

/**
 * The job that writes network policies, each one request; they are few. A namespace that is not there yet is made.
 */
export function policiesJob(
  session: ClusterSession,
  use: ComponentUse,
  policies: readonly KubernetesObject[] | (() => readonly KubernetesObject[]),
): Job<ComponentResult> {
  return {
    id: use.id,
    needs: needsOf(use),
    async run() {
      const started = Date.now();
      const objects = typeof policies === "function" ? policies() : policies;
      const namespaces = new Set(objects.flatMap((object) => object.metadata.namespace ?? []));
      await Promise.all([...namespaces].map((name) => ensureNamespace(session.kubernetes, name, use.tenant)));
      const results = await Promise.all(objects.map((object) => session.kubernetes.apply(object)));
      const written = results.filter((result) => result !== "unchanged").length;
      session.context.log.info(`${use.id}: ${objects.length} network policies, ${written} written`);
      return {
        changed: written > 0,
        row: {
          component: use.id,
          place: [...namespaces].join(", "),
          what: `${objects.length} network policies`,
          result: written > 0 ? `${written} written` : "unchanged",
          seconds: (Date.now() - started) / 1000,
        },
      };
    },
  };
}
