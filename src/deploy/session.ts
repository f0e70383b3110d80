import type { Context } from "../core/context.ts";
import { UserError } from "../core/errors.ts";
import { loadEnvironment } from "../environment/load.ts";
import type { ComponentUse, Environment } from "../environment/model.ts";
import { findHelm, type Helm } from "../helm/helm.ts";
import { connectKubernetes, type Kubernetes } from "../kubernetes/api.ts";
import { nearestHint } from "../yaml/nearest.ts";
import { readSecrets } from "./placeholders.ts";

/** What every step of a deployment needs. */
export interface Session {
  context: Context;
  environment: Environment;
  /** Values of the declared secrets. */
  secrets: ReadonlyMap<string, string>;
  timeoutMs: number;
  /** Releases (`namespace/release`) that are upgraded although their records are as they should be, and why. */
  drifted?: ReadonlyMap<string, string> | undefined;
}

/** A session with the cluster at hand. */
export interface ClusterSession extends Session {
  kubernetes: Kubernetes;
  helm: Helm;
}

/** Reads the environment file and the secrets it declares. Touches no cluster. */
export async function openSession(config: string, timeoutMs: number, context: Context): Promise<Session> {
  const environment = await loadEnvironment(config, { cwd: process.cwd() });
  return { context, environment, secrets: readSecrets(environment, context), timeoutMs };
}

/** Connects to the cluster and finds Helm. */
export async function connect(session: Session): Promise<ClusterSession> {
  // The proxy to the cluster takes longest to start.
  const connecting = connectKubernetes(session.context);
  const finding = findHelm(session.context);
  // Awaited below; a rejection before that must not count as unhandled.
  finding.catch(() => undefined);
  const kubernetes = await connecting;
  const helm = await finding;
  session.context.log.info(
    `cluster ${kubernetes.server}, Kubernetes ${kubernetes.version}, Helm ${helm.major}`,
  );
  return { ...session, kubernetes, helm };
}

/**
 * The enabled components, or those of them that the `components` input names.
 * @throws UserError for a name that is not a component of the environment
 */
export function selectComponents(uses: readonly ComponentUse[], names: readonly string[]): ComponentUse[] {
  const ids = uses.map((use) => use.id);
  const unknown = names.filter((name) => !(ids as string[]).includes(name));
  if (unknown.length > 0) {
    throw new UserError(
      unknown.map((name) => ({
        message: `input \`components\`: \`${name}\` is not a component of this environment`,
        hint: nearestHint(name, ids),
      })),
    );
  }
  return uses.filter((use) => use.enabled && (names.length === 0 || names.includes(use.id)));
}
