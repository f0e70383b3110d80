/** Plans every release of the environment in the working folder. Started by scripts/bench/deploy.ts. */
import { planCluster } from "../../../src/deploy/plan-cluster.ts";
import { allPlanned, desiredReleases, planReleases, readRecords } from "../../../src/deploy/releases.ts";
import { connect } from "../../../src/deploy/session.ts";
import { makeTag } from "../../../src/plan/tags.ts";
import { benchEnvironment, valuesOfBench } from "../deploy-values.ts";
import { report } from "./parts.ts";

await report(async (context) => {
  const environment = await benchEnvironment(process.cwd());
  const tag = makeTag(new Map(), environment.name);
  const cluster = await connect({ context, environment, secrets: new Map(), timeoutMs: 60_000 });
  const values = valuesOfBench(environment);
  const records = await readRecords(cluster, [...values.keys()]);
  const planned = allPlanned(await planReleases(cluster, desiredReleases(cluster, values), records));
  const { plan } = await planCluster(cluster, planned, async () => [], await tag);
  const changed = plan.releases.filter(({ action }) => action !== "none");
  if (changed.length > 0)
    throw new Error(`${changed.length} of ${planned.length} releases are not as planned`);
  return plan.releases.length;
});
