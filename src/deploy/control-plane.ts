import { componentOrder } from "../catalogue/index.ts";
import type { Context } from "../core/context.ts";
import type { ComponentUse } from "../environment/model.ts";
import { resolveValues } from "../overrides/resolve.ts";
import { readPlanFile } from "../plan/file.ts";
import { makeTag } from "../plan/tags.ts";
import { controlPlaneAddresses } from "./addresses.ts";
import type { RunOptions } from "./application.ts";
import { applicationsJob, showUploadPlan } from "./applications-job.ts";
import { applyDesired } from "./apply-desired.ts";
import { clusterPolicies, type Manifests } from "./cluster-policies.ts";
import { type Desired, look } from "./look.ts";
import type { DeploymentOutputs } from "./outputs.ts";
import { placeholdersFor } from "./placeholders.ts";
import { desiredReleases, valuesOfAll } from "./releases.ts";
import { deploymentPage } from "./report/page.ts";
import type { ComponentJob } from "./run-deployment.ts";
import { connect, openSession, type Session, selectComponents } from "./session.ts";
import { type CommentOptions, showPlan } from "./show-plan.ts";

export interface ControlPlaneOptions extends RunOptions, CommentOptions {
  config: string;
  mode: "plan" | "apply";
  /** Path of an approved plan; without one nothing dangerous is done. */
  plan?: string | undefined;
  /** Ids of the components to deploy; empty means all. */
  components: readonly string[];
  /** Address of the API server as the runner reaches it, for the applications; undefined for the public one. */
  apiUrl?: string | undefined;
  timeoutMs: number;
}

/**
 * Brings the cluster-wide components to what the environment file says, in the order of their needs; or says what
 * would be done, object by object, and writes nothing.
 * @param report called as soon as something is known, before anything is thrown
 * @throws UserError with everything that is wrong; wrong input is found before anything is written
 */
export async function deployControlPlane(
  options: ControlPlaneOptions,
  context: Context,
  report: (report: DeploymentOutputs) => void,
): Promise<void> {
  const { config, timeoutMs, drifted } = options;
  const session = { ...(await openSession(config, timeoutMs, context)), drifted };
  const uses = componentOrder(selectComponents(session.environment.components, options.components));
  const addresses = controlPlaneAddresses(session.environment, controlPlaneValues(session));
  report({ addresses });
  // Before the cluster is touched: wrong values, or a plan for something else, must not depend on it to be found.
  const values = valuesOfAll(
    uses.filter(({ definition }) => definition.kind === "chart"),
    (use) => resolveValues(use, placeholdersFor(use, session.environment, session.secrets)),
  );
  const approved = options.plan ? await readPlanFile(options.plan) : undefined;
  const [cluster, tag] = await Promise.all([
    connect(session),
    makeTag(session.secrets, session.environment.name),
  ]);
  desiredReleases(cluster, values);
  const isolation = uses.filter((use) => use.id === "network-isolation");
  const manifests = (releases: Manifests) =>
    Promise.all(
      isolation.map(async (use) => ({ use, objects: await clusterPolicies(cluster, use, releases) })),
    );
  const desired: Desired = { mode: options.mode, uses, values, manifests, addresses };
  const target = { apiUrl: options.apiUrl ?? addresses.api, controlPlane: controlPlaneValues(session) };
  if (options.mode === "plan") {
    const seen = await look(cluster, desired, tag);
    await showPlan(cluster, seen, options, report);
    for (const use of uses.filter(({ id }) => id === "applications")) {
      const { action } = await showUploadPlan(cluster, use, target);
      if (action === "upload") report({ changed: true });
    }
    return;
  }
  const uploads = (use: ComponentUse): ComponentJob[] =>
    use.id === "applications" ? [applicationsJob(cluster, use, target)] : [];
  await applyDesired({
    ...{ cluster, tag, approved, options, uploads, report },
    desire: async () => desired,
    scope: session.environment.components,
    show: (page) => context.summary(deploymentPage(page)),
  });
}

/** The control plane's values as far as they can be told without its secrets; empty without a control plane. */
export function controlPlaneValues(session: Pick<Session, "environment" | "secrets">) {
  const { environment, secrets } = session;
  const use = environment.components.find((each) => each.id === "control-plane");
  if (!use) return {};
  const { lookup, known } = placeholdersFor(use, environment, secrets);
  return resolveValues(use, { known, lookup: (name) => lookup(name) ?? "" });
}
