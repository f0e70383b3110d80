import { componentOrder } from "../catalogue/index.ts";
import type { Context } from "../core/context.ts";
import type { ComponentUse } from "../environment/model.ts";
import { chartName, chartReference } from "../helm/chart-reference.ts";
import { fullname } from "../helm/fullname.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import {
  billingPolicies,
  controlPlanePolicies,
  DEFAULT_INGRESS_NAMESPACE,
  redisPolicies,
} from "../network-isolation/policies.ts";
import { resolveValues } from "../overrides/resolve.ts";
import { type Addresses, controlPlaneAddresses } from "./addresses.ts";
import { placeholdersFor } from "./placeholders.ts";
import { policiesJob } from "./policies-job.ts";
import { desiredReleases, planReleases, readRecords, valuesOfAll } from "./releases.ts";
import { type ComponentResult, releaseJob, runDeployment, throwFailures } from "./run-deployment.ts";
import type { Job } from "./schedule.ts";
import { type ClusterSession, connect, openSession, type Session, selectComponents } from "./session.ts";
import { deploymentSummary } from "./summary.ts";

export interface ControlPlaneOptions {
  config: string;
  /** Ids of the components to deploy; empty means all. */
  components: readonly string[];
  timeoutMs: number;
}

/** What a deployment tells its action. `report` is called before anything is thrown. */
export interface ControlPlaneReport {
  changed: boolean;
  releases: {
    component: string;
    namespace: string;
    release: string;
    action: string;
    chartVersion: string;
    revision: number;
  }[];
  addresses: Addresses;
}

/**
 * Brings the cluster-wide components to what the environment file says, in the order of their needs.
 * @throws UserError with everything that is wrong; wrong input is found before anything is written
 */
export async function deployControlPlane(
  options: ControlPlaneOptions,
  context: Context,
  report: (report: ControlPlaneReport) => void,
): Promise<void> {
  const session = await openSession(options.config, options.timeoutMs, context);
  const uses = componentOrder(selectComponents(session.environment.components, options.components));
  const addresses = controlPlaneAddresses(session.environment, controlPlaneValues(session));
  // Before the cluster is touched: wrong values must not depend on it to be found.
  const values = valuesOfAll(uses, (use) =>
    resolveValues(use, placeholdersFor(use, session.environment, session.secrets)),
  );
  const cluster = await connect(session);
  const records = await readRecords(cluster, uses);
  const planned = await planReleases(cluster, desiredReleases(cluster, values), records);
  const jobs = uses.flatMap((use): Job<ComponentResult>[] => {
    const release = planned.find((each) => each.use === use);
    if (release) return [releaseJob(cluster, release)];
    if (use.id === "network-isolation") return [policiesJob(cluster, use, clusterPolicies(cluster, use))];
    context.log.info(`${use.id}: not deployed by this action; install it as ClearML's documentation says`);
    return [];
  });
  const { outcome, results, rows } = await runDeployment(jobs, context.signal);
  const changed = results.some((result) => result.changed);
  report({
    changed,
    addresses,
    releases: results.flatMap(({ release }) => (release ? [releaseOutput(release)] : [])),
  });
  const headline = `Environment **${session.environment.name}** on ${cluster.kubernetes.server}: ${changed ? "changed" : "nothing had to change"}.`;
  context.summary(deploymentSummary(headline, rows, jobs, { ...addresses }));
  throwFailures(outcome);
}

function releaseOutput(release: NonNullable<ComponentResult["release"]>) {
  const { component, namespace, release: name, action, chartVersion, revision } = release;
  return { component, namespace, release: name, action, chartVersion, revision };
}

/** The control plane's values as far as they can be told without its secrets; empty without a control plane. */
export function controlPlaneValues(session: Session) {
  const { environment, secrets } = session;
  const use = environment.components.find((each) => each.id === "control-plane");
  if (!use) return {};
  const { lookup, known } = placeholdersFor(use, environment, secrets);
  return resolveValues(use, { known, lookup: (name) => lookup(name) ?? "" });
}

/** Policies of the shared namespaces, for the components that are part of the environment. */
function clusterPolicies(session: ClusterSession, use: ComponentUse): KubernetesObject[] {
  const { environment, helm } = session;
  const used = (id: string) => environment.components.find((each) => each.id === id && each.enabled);
  const controlPlane = used("control-plane");
  const billing = used("billing");
  const redis = used("redis");
  const namespace = controlPlane?.namespace ?? "clearml";
  const ofControlPlane = (server: ComponentUse) => {
    const chart = chartName(chartReference(server, environment.edition, helm.aliases));
    return controlPlanePolicies(
      namespace,
      fullname(server.release, chart),
      use.ingressNamespace ?? DEFAULT_INGRESS_NAMESPACE,
    );
  };
  return [
    ...(controlPlane ? ofControlPlane(controlPlane) : []),
    ...(billing ? billingPolicies(billing.namespace, namespace) : []),
    ...(redis ? redisPolicies(redis.namespace, namespace) : []),
  ];
}
