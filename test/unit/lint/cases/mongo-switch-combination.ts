import { environment, file, type RuleCase } from "./model.ts";

const RULE = "mongo-switch-combination";
const mongo = (old: boolean, fields: string) => `mongodb:\n  enabled: ${old}\nmckMongodb:\n  ${fields}\n`;

export const cases: readonly RuleCase[] = [
  environment(
    RULE,
    "the new one alone, not marked as migrated",
    { controlPlane: mongo(false, "enabled: true") },
    ["error control-plane.yaml:4:12"],
    { controlPlane: mongo(false, "enabled: true\n  migrated: true") },
  ),
  environment(
    RULE,
    "the old one off, and nothing in its place",
    { controlPlane: "mongodb:\n  enabled: false\n" },
    ["error control-plane.yaml:2:12"],
    {
      controlPlane:
        "mongodb:\n  enabled: false\nexternalServices:\n  mongodbConnectionStringAuth: mongodb://db.example.com:27017/auth\n  mongodbConnectionStringBackend: mongodb://db.example.com:27017/backend\n",
    },
  ),
  file(
    RULE,
    "control-plane",
    "the old one off in a single file",
    "mongodb:\n  enabled: false\nmckMongodb:\n  enabled: false\n",
    ["error 4:12"],
    "mongodb:\n  enabled: false\n",
  ),
  file(
    RULE,
    "control-plane",
    "the new one alone, marked as not migrated",
    mongo(false, "migrated: false\n  enabled: true"),
    ["error 4:13"],
    // The other file may say it.
    mongo(false, "enabled: true"),
  ),
  file(
    RULE,
    "control-plane",
    "the old one after the move",
    mongo(true, "enabled: true\n  migrated: true"),
    ["warning 2:12"],
    mongo(true, "enabled: false"),
  ),
  file(
    RULE,
    "control-plane",
    "both, as while the data moves",
    mongo(true, "enabled: true"),
    ["info 4:12"],
    "mongodb:\n  enabled: true\n",
  ),
];
