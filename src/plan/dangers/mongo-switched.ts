import type { Found, ReleaseRule } from "./model.ts";
import { type MongoSwitches, mongoSwitches } from "./mongo.ts";

export const mongoSwitched: ReleaseRule = {
  rule: "mongo-switched",
  severity: "stop",
  *check({ use, current, values }) {
    if (use.id !== "control-plane") return;
    const after = mongoSwitches(values);
    if (!current) {
      if (after.old === true && after.new) yield BOTH_ON_INSTALL;
      return;
    }
    const before = mongoSwitches(current.values);
    const found = after.external
      ? toExternal(before, after)
      : (fromExternal(before) ?? within(before, after));
    if (found) yield found;
  },
};

const BOTH_ON_INSTALL: Found = {
  message:
    "`mongodb` and `mckMongodb` are both on, which is only right while data moves from one to the other",
  hint: "on a new installation, switch `mongodb.enabled` off and set `mckMongodb.migrated: true`",
  severity: "note",
};

function toExternal(before: MongoSwitches, { external }: MongoSwitches): Found | undefined {
  if (before.external || !external) return undefined;
  return {
    message: "the server changes to an external MongoDB: its data does not move there by itself",
    hint: "stop the server, copy the data, then change `externalServices`",
  };
}

function fromExternal(before: MongoSwitches): Found | undefined {
  if (!before.external) return undefined;
  return {
    message: "the server leaves its external MongoDB for one of the chart's, which is empty",
    hint: "stop the server, copy the data, then change `externalServices`",
  };
}

function within(before: MongoSwitches, after: MongoSwitches): Found | undefined {
  if (before.migrated && !after.migrated) {
    return {
      message:
        "the server goes back to the old MongoDB: what was written since the migration is missing there",
      hint: "keep `mckMongodb.enabled` and `mckMongodb.migrated` true",
    };
  }
  if (after.migrated && !before.migrated && !before.new) {
    return {
      message:
        "the server changes to the new MongoDB in the same step in which it is made: the data has not been moved",
      hint: "switch both on first, wait for the migration, then set `migrated: true` and switch `mongodb` off",
    };
  }
  if (after.old === false && before.old !== false && !after.migrated) {
    return {
      message:
        "`mongodb` is switched off, and nothing has taken its place: the server is left without its data",
      hint: "migrate to `mckMongodb` first, or name a database below `externalServices`",
    };
  }
  return undefined;
}
