import semver from "semver";

/** A version of the enterprise server's chart at which something has to be done by hand. */
export interface UpgradeStep {
  version: string;
  /** Whether an upgrade must end at this version before it goes on; else what is to be done is done before it. */
  stop: boolean;
  /** What becomes of an upgrade that goes past it, as words that follow "the upgrade …". */
  consequence: string;
  /** What to do. */
  hint: string;
}

/** Chart whose versions these are. */
export const STEPPED_CHART = "clearml-enterprise";

/** At this version the data of MongoDB moves to another operator. */
export const MONGO_STEP: UpgradeStep = {
  version: "10.11.7",
  stop: true,
  consequence: "goes past 10.11.7, where the data of MongoDB is migrated",
  hint: "set the version to 10.11.7 first, migrate, then go on",
};

/** From this version on nothing runs as root, and Dragonfly is in the place of Redis. */
const NON_ROOT_STEP: UpgradeStep = {
  version: "11.0.0",
  stop: false,
  consequence: "runs everything as user 65532, which may not write to a volume of root's",
  hint: "change the owner of the file server's volume to 65532 before, and move the data of Redis",
};

const STEPS: readonly UpgradeStep[] = [MONGO_STEP, NON_ROOT_STEP];

/** The steps on the way from one version of a chart to another; none for other charts, and on the way back. */
export function stepsBetween(chart: string, from: string, to: string): UpgradeStep[] {
  const [old, wanted] = [semver.valid(from), semver.valid(to)];
  if (chart !== STEPPED_CHART || old === null || wanted === null) return [];
  return STEPS.filter(({ version, stop }) => {
    const isPast = stop ? semver.gt(wanted, version) : semver.gte(wanted, version);
    return semver.lt(old, version) && isPast;
  });
}
