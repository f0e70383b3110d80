import type { ComponentDefinition, ValueRule } from "./model.ts";
import {
  ACCESS_KEY,
  API_URL,
  FILES_URL,
  HTTP_URL,
  IP,
  LABEL_VALUE,
  OBJECT_NAME,
  QUEUE_NAME,
  RESOURCE_PATH,
  SECRET_KEY,
} from "./patterns.ts";
import {
  apiServerUrl,
  below,
  customCertificates,
  environmentList,
  IMAGE,
  imageCredentials,
  key,
  keys,
  LABELS,
  only,
  RESOURCES,
  SCHEDULING,
} from "./rows.ts";
import { community, enterprise } from "./sources.ts";

/** The pod of a task, as `basePodTemplate` and a queue's `templateOverrides` describe it. */
const POD_TEMPLATE: readonly ValueRule[] = [
  ...LABELS,
  ...environmentList("env"),
  ...RESOURCES,
  ...keys("", ["volumes", "volumeMounts", "hostAliases", "initContainers"], "list", { open: true }),
  ...only({ versions: ">=6.11.0" }, [
    key("extraVolumes", "list", { open: true }),
    key("extraVolumeMounts", "list", { open: true }),
  ]),
  key("fileMounts", "list", { open: true }),
  ...keys("", ["priorityClassName", "schedulerName"], "string"),
  ...SCHEDULING,
];

const QUEUES: readonly ValueRule[] = [
  key("queues", "map"),
  key("queues.*", "map", { closed: true, keyPattern: QUEUE_NAME }),
  ...below("queues.*.templateOverrides", POD_TEMPLATE),
  ...below("queues.*.queueSettings", [
    key("maxPods", "integer", { minimum: 1 }),
    key("customWorkerIdTemplate", "string"),
    key("multiNode", "any"),
    key("defaultImage", "string"),
    key("useImageEntrypoint", "boolean"),
  ]),
];

const GLUE: readonly ValueRule[] = [
  apiServerUrl("apiServerUrlReference"),
  key("fileServerUrlReference", "string", { required: true, pattern: FILES_URL, filled: "files-url" }),
  key("webServerUrlReference", "string", { required: true, pattern: API_URL, filled: "web-url" }),
  ...keys(
    "",
    ["clearmlcheckCertificate", "createQueues", "debugMode", "airGappedSupport", "useOwnerToken"],
    "boolean",
  ),
  ...keys("", ["applyVaultEnvVars", "serviceAccountClusterAccess"], "boolean"),
  key("defaultContainerImage", "string"),
  ...IMAGE,
  key("replicaCount", "integer", { minimum: 0 }),
  ...QUEUES,
  // Keys of the public chart: known, so that they are explained.
  key("queue", "string"),
  key("createQueueIfNotExists", "boolean"),
  key("basePodTemplate", "map"),
  ...below("basePodTemplate", POD_TEMPLATE),
  key("monitoredResources.maxResources", "integer", { minimum: 0 }),
  ...keys("monitoredResources", ["minResourcesFieldName", "maxResourcesFieldName"], "string", {
    pattern: RESOURCE_PATH,
  }),
  ...environmentList("extraEnvs"),
  ...keys("", ["containerCustomBashScript", "customBashScript"], "string"),
  ...only({ versions: ">=6.9.4" }, [key("appsQueue", "map", { open: true })]),
  ...only({ versions: ">=6.10.0" }, [
    ...keys("", ["queuePollFrequencySeconds", "statusReportFrequencySeconds"], "integer", { minimum: 1 }),
    key("orchestrationDashboard", "map", { open: true }),
  ]),
  ...keys("", ["workerIdOverride", "taskWorkerIdOverride"], "string", { versions: ">=6.9.7" }),
  key("completedPodDeletionDelayMinutes", "integer", { minimum: 0, versions: ">=6.13.5" }),
  ...keys("", ["multiNode", "serverTasks", "bootstrap"], "map", { open: true }),
  key("serviceExistingAccountName", "string", { pattern: OBJECT_NAME }),
  ...keys("", ["serviceAccountAnnotations", "labels", "annotations"], "map", { open: true }),
  ...keys("", ["additionalClusterRoleBindings", "additionalRoleBindings"], "list", { open: true }),
  ...keys("", ["volumes", "volumeMounts", "fileMounts"], "list", { open: true }),
  ...RESOURCES,
  ...SCHEDULING,
];

const SESSIONS: readonly ValueRule[] = [
  key("portModeEnabled", "boolean"),
  key("agentID", "string", { pattern: LABEL_VALUE }),
  key("externalIP", "string", {
    pattern: IP,
    required: { when: { path: "sessions.portModeEnabled", is: true } },
  }),
  key("startingPort", "integer", { minimum: 1, maximum: 65535 }),
  key("maxServices", "integer", { minimum: 1, maximum: 2767 }),
  key("svcType", "string", { words: ["NodePort", "ClusterIP", "LoadBalancer"] }),
  key("svcAnnotations", "map", { open: true }),
  ...keys("", ["dynamicSvcs", "setInteractiveQueuesTag"], "boolean"),
];

export const agent: ComponentDefinition = {
  id: "agent",
  title: "ClearML Agent: runs a tenant's tasks as pods",
  scope: "both",
  kind: "chart",
  charts: [
    enterprise("C", "clearml-enterprise-agent", ">=6.9.3"),
    enterprise("B", "clearml-enterprise-agent", "<6.9.3"),
    enterprise("A", "clearml-enterprise-agent", "<6.9.3"),
    community("clearml-agent"),
  ],
  namespace: "clearml-agent",
  release: "clearml-agent",
  needs: ["control-plane", "redis"],
  values: [
    key("global", "map", { open: true }),
    // Gone since 2023.
    key("enterpriseFeatures", "map", { open: true }),
    ...imageCredentials("extraImagePullSecrets"),
    key("clearml.agentk8sglueKey", "string", {
      required: { unless: ["clearml.existingAgentk8sglueSecret"] },
      secret: true,
      pattern: ACCESS_KEY,
      filled: "access-key",
    }),
    key("clearml.agentk8sglueSecret", "string", {
      required: { unless: ["clearml.existingAgentk8sglueSecret"] },
      secret: true,
      pattern: SECRET_KEY,
      filled: "secret-key",
    }),
    ...keys("clearml", ["existingAgentk8sglueSecret", "existingClearmlConfigSecret"], "string", {
      pattern: OBJECT_NAME,
    }),
    key("clearml.clearmlConfig", "string"),
    key("clearml.extraIndexUrl", "string", { pattern: HTTP_URL }),
    ...below("agentk8sglue", GLUE),
    ...below("sessions", SESSIONS),
    ...customCertificates(),
    key("customCertificates.propagateToTasks", "boolean", { versions: ">=6.10.6" }),
  ],
};
