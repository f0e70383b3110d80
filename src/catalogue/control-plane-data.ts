import type { ValueRule } from "./model.ts";
import { MONGO_URI } from "./patterns.ts";
import { below, cronSchedule, environmentList, key, keys } from "./rows.ts";

/** Databases of the control plane: sub-charts or services of the user's own, and what reads them. */
export const CONTROL_PLANE_DATA_VALUES: readonly ValueRule[] = [
  ...below("externalServices", [
    key("elasticsearchConnectionString", "string", {
      required: { when: { path: "elasticsearch.enabled", is: false } },
    }),
    ...keys("", ["mongodbConnectionStringAuth", "mongodbConnectionStringBackend"], "string", {
      secret: true,
      pattern: MONGO_URI,
    }),
    ...keys("", ["redisHost", "dragonflyHost"], "string"),
    ...keys("", ["redisPort", "dragonflyPort"], "integer", { minimum: 1, maximum: 65535 }),
  ]),

  key("redis", "map", { open: true, versions: "<11.0.0" }),
  key("redis.enabled", "boolean"),
  key("redis.auth", "map", { open: true }),
  key("redis.auth.enabled", "boolean"),
  key("redis.auth.password", "string", { secret: true }),
  key("redis.databaseNumber", "integer", { minimum: 0 }),
  key("redis.architecture", "string", { words: ["standalone", "replication"] }),
  key("dragonfly", "map", { open: true, versions: ">=11.0.0" }),

  key("mongodb", "map", { open: true }),
  key("mongodb.enabled", "boolean"),
  key("mongodb.auth", "map", { open: true }),
  key("mongodb.auth.enabled", "boolean"),
  key("mongodb.auth.rootUser", "string"),
  key("mongodb.auth.rootPassword", "string", { secret: true }),
  key("mongodb.architecture", "string", { words: ["standalone", "replicaset"] }),
  key("mongodb.replicaCount", "integer", { minimum: 1 }),
  key("mckMongodb", "map", { open: true, versions: ">=10.11.7" }),
  key("mckMongodb.enabled", "boolean"),
  key("mckMongodb.migrated", "boolean"),

  key("elasticsearch", "map", { open: true }),
  key("elasticsearch.enabled", "boolean"),
  ...environmentList("elasticsearch.extraEnvs"),
  key("elasticsearch.secret", "map", { open: true }),
  key("elasticsearch.secret.enabled", "boolean"),
  key("elasticsearch.secret.password", "string", { secret: true }),
  key("elasticsearch.esConfig", "map", { open: true }),
  key("elasticsearch.replicas", "integer", { minimum: 1 }),
  key("elasticsearch.esJavaOpts", "string"),

  ...below("usageAggregator", [
    key("enabled", "boolean"),
    key("configuration", "string"),
    key("ingress", "map", { open: true }),
    key("externalServices.mongodbConnectionString", "string", { secret: true, pattern: MONGO_URI }),
  ]).map((row): ValueRule => ({ ...row, versions: ">=11.0.0" })),
  key("usageScripts.enabled", "boolean"),
  key("usageScripts.companyLifecycle.enabled", "boolean"),
  cronSchedule("usageScripts.storageResourcesExporter.cronJob.schedule"),
];
