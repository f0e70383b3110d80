import { type Values, valueAt } from "../../overrides/values.ts";
import { textAt } from "../manifest.ts";

/** Which MongoDB a control plane is told to use; undefined where its values do not say. */
export interface MongoSwitches {
  old: unknown;
  new: boolean;
  migrated: boolean;
  /** A database of the user's own. */
  external: boolean;
}

export function mongoSwitches(values: Values): MongoSwitches {
  const external = ["mongodbConnectionStringAuth", "mongodbConnectionStringBackend"];
  return {
    old: valueAt(values, ["mongodb", "enabled"]),
    new: valueAt(values, ["mckMongodb", "enabled"]) === true,
    migrated: valueAt(values, ["mckMongodb", "migrated"]) === true,
    external: external.some((key) => textAt(values, ["externalServices", key]) !== undefined),
  };
}
