import type { ComponentDefinition } from "./model.ts";
import { OBJECT_NAME } from "./patterns.ts";
import { IMAGE, key, keys } from "./rows.ts";

/** Top-level blocks of the chart that ClearML has no word about. */
const BLOCKS = [
  ...["global", "master", "replica", "sentinel", "networkPolicy", "podSecurityPolicy", "rbac"],
  ...["serviceAccount", "pdb", "tls", "metrics", "volumePermissions", "sysctl", "useExternalDNS"],
  ...["commonLabels", "commonAnnotations", "secretAnnotations", "diagnosticMode"],
];

/** Keys of charts before 14.0.0, and how they are spelt since. */
export const OLD_REDIS_KEYS: Readonly<Record<string, string>> = {
  password: "auth.password",
  usePassword: "auth.enabled",
  usePasswordFile: "auth.usePasswordFiles",
  existingSecret: "auth.existingSecret",
  existingSecretPasswordKey: "auth.existingSecretPasswordKey",
  cluster: "architecture: replication",
  slave: "replica",
  redisPort: "master.service.ports.redis",
};

export const redis: ComponentDefinition = {
  id: "redis",
  title: "Redis shared by the agents of all tenants",
  scope: "cluster",
  kind: "chart",
  charts: [{ generation: "any", name: "redis", repository: "https://charts.bitnami.com/bitnami" }],
  namespace: "redis-shared",
  release: "redis",
  needs: [],
  stateful: true,
  values: [
    ...keys("", BLOCKS, "map", { open: true }),
    key("global.security.allowInsecureImages", "boolean"),
    key("auth.enabled", "boolean"),
    key("auth.sentinel", "boolean"),
    key("auth.usePasswordFiles", "boolean"),
    key("auth.password", "string", {
      required: { unless: ["auth.existingSecret"] },
      secret: true,
      filled: "redis-password",
    }),
    key("auth.existingSecret", "string", { pattern: OBJECT_NAME }),
    key("auth.existingSecretPasswordKey", "string"),
    key("architecture", "string", { words: ["standalone", "replication"] }),
    ...IMAGE,
    key("image.debug", "boolean"),
    key("image.digest", "string"),
    key("image.pullSecrets", "list", { open: true }),
    ...keys("", ["nameOverride", "fullnameOverride", "namespaceOverride", "clusterDomain"], "string"),
    ...keys("", ["commonConfiguration", "existingConfigmap", "kubeVersion"], "string"),
    ...keys("", ["useHostnames"], "boolean"),
    ...keys("", ["nameResolutionThreshold", "nameResolutionTimeout"], "integer"),
    key("extraDeploy", "list", { open: true }),
    // Read by no chart of today: known, so that they are secret and explained.
    key("password", "string", { secret: true }),
    ...keys(
      "",
      Object.keys(OLD_REDIS_KEYS).filter((name) => name !== "password"),
      "any",
      { open: true },
    ),
  ],
};
