import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const mongoSwitchCombination: Rule = {
  id: "L29",
  slug: "mongo-switch-combination",
  severity: "error",
  about:
    "The switches of the server's two kinds of MongoDB do not fit together, and it is left with none or the wrong one.",
  why: "From server chart 10.11.7 on, `mckMongodb` takes the place of `mongodb`. There are three sound states: the old one alone; both, while the data moves; and the new one alone with `mckMongodb.migrated: true`. With the old one off and `migrated` not set, the server still looks for the old one and does not start. A new installation wants the new one alone.",
  components: ["control-plane"],
  *check(release) {
    const { values, environment } = release;
    if (isExternal(release)) return;
    const mck = isMap(values.mckMongodb) ? values.mckMongodb : undefined;
    // In a single file the other half may stand elsewhere, and the public chart has one kind only.
    if (!mck && environment?.edition !== "enterprise") return;
    const state: State = {
      old: valueAt(values, ["mongodb", "enabled"]),
      isNew: mck?.enabled,
      migrated: mck?.migrated,
      isWhole: environment !== undefined,
    };
    const reason = withoutDatabase(state) ?? withBoth(state);
    if (reason) yield { ...reason.hit, at: release.locate(PLACES[reason.place]) };
  },
};

interface State {
  old: unknown;
  isNew: unknown;
  migrated: unknown;
  isWhole: boolean;
}

const PLACES = {
  old: ["mongodb", "enabled"],
  new: ["mckMongodb", "enabled"],
  migrated: ["mckMongodb", "migrated"],
} as const;

interface Reason {
  place: keyof typeof PLACES;
  hit: Omit<Hit, "at">;
}

function withoutDatabase({ old, isNew, migrated, isWhole }: State): Reason | undefined {
  if (old !== false || (isNew === true && migrated === true)) return undefined;
  if (isNew === true) {
    if (migrated === undefined && !isWhole) return undefined;
    return {
      place: migrated === undefined ? "new" : "migrated",
      hit: {
        message:
          "`mongodb` is off and `mckMongodb.migrated` is not true: the server looks for the old database",
        hint: "set `mckMongodb.migrated: true` once the data has moved, or on a new installation",
      },
    };
  }
  if (isNew === undefined && !isWhole) return undefined;
  return {
    place: isNew === undefined ? "old" : "new",
    hit: {
      message: "`mongodb` is off, and neither `mckMongodb` nor an external database takes its place",
      hint: "set `mckMongodb.enabled` and `migrated` to true, or name the database below `externalServices`",
    },
  };
}

function withBoth({ old, isNew, migrated }: State): Reason | undefined {
  if (old !== true || isNew !== true) return undefined;
  if (migrated === true) {
    return {
      place: "old",
      hit: {
        message:
          "`mongodb` is still on although `mckMongodb.migrated` is true: two databases run, one of them unused",
        hint: "set `mongodb.enabled: false`",
        severity: "warning",
      },
    };
  }
  return {
    place: "new",
    hit: {
      message: "`mongodb` and `mckMongodb` are both on, which is right only while the data moves",
      hint: "on a new installation, switch `mongodb.enabled` off and set `mckMongodb.migrated: true`",
      severity: "info",
    },
  };
}

function isExternal({ values }: LintRelease): boolean {
  const external = ["mongodbConnectionStringAuth", "mongodbConnectionStringBackend"];
  return external.some((key) => Boolean(valueAt(values, ["externalServices", key])));
}
