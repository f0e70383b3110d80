import semver from "semver";
import { MONGO_STEP, stepsBetween } from "../../catalogue/upgrade-steps.ts";
import type { ReleaseRule } from "./model.ts";
import { mongoSwitches } from "./mongo.ts";

export const upgradeStepSkipped: ReleaseRule = {
  rule: "upgrade-step-skipped",
  severity: "stop",
  *check({ use, current, chart }) {
    if (use.id !== "control-plane" || !current || current.chart !== chart.name) return;
    const { external, migrated } = mongoSwitches(current.values);
    const jump = `the upgrade from ${current.chartVersion} to ${chart.version}`;
    for (const step of stepsBetween(chart.name, current.chartVersion, chart.version)) {
      if (step === MONGO_STEP && external) continue;
      yield { message: `${jump} ${step.consequence}`, hint: step.hint };
    }
    const [from, to] = [semver.valid(current.chartVersion), semver.valid(chart.version)];
    const leaves = from === MONGO_STEP.version && to !== null && semver.gt(to, MONGO_STEP.version);
    if (leaves && !external && !migrated) {
      yield {
        message: `${jump} begins before the data of MongoDB is migrated: \`mckMongodb.migrated\` is not true in the release`,
        hint: `migrate at ${MONGO_STEP.version} first, then go on`,
      };
    }
  },
};
