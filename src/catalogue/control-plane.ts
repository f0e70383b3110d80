import { CONTROL_PLANE_DATA_VALUES } from "./control-plane-data.ts";
import type { ComponentDefinition, ValueRule } from "./model.ts";
import { API_URL, COMPANY_ID, COOKIE_NAME, DOMAIN, HTTP_URL, OBJECT_NAME } from "./patterns.ts";
import {
  additionalConfigs,
  below,
  customCertificates,
  environmentList,
  IMAGE,
  imageCredentials,
  ingress,
  key,
  keys,
  only,
  RESOURCES,
  SCHEDULING,
} from "./rows.ts";
import { community, enterprise } from "./sources.ts";

/** Credentials the server makes at random when they are left out (generations B and C). */
const SERVER_CREDENTIALS = [
  "apiserverKey",
  "apiserverSecret",
  "fileserverKey",
  "fileserverSecret",
  "secureAuthTokenSecret",
  "testUserKey",
  "testUserSecret",
] as const;

const CLEARML: readonly ValueRule[] = [
  key("cookieDomain", "string", { required: true, pattern: DOMAIN }),
  key("cookieName", "string", { pattern: COOKIE_NAME }),
  key("defaultCompany", "string", { pattern: COMPANY_ID }),
  ...keys("", SERVER_CREDENTIALS, "string", { secret: true, generated: true }),
  ...keys("", ["readinessprobeKey", "readinessprobeSecret"], "string", { secret: true }),
  key("existingSecret", "string", { pattern: OBJECT_NAME }),
  ...keys("", ["clientConfigurationApiUrl", "clientConfigurationFilesUrl"], "string", { pattern: API_URL }),
  key("extraIndexUrl", "string", { pattern: HTTP_URL }),
];

/** What apiserver, fileserver and webserver have in common. */
function server(name: string): ValueRule[] {
  return [
    ...ingress(name),
    ...below(name, [
      key("enabled", "boolean"),
      key("httpRoute", "map", { open: true, versions: ">=10.12.0" }),
      key("service.type", "string", { words: ["ClusterIP", "NodePort", "LoadBalancer"] }),
      key("service.port", "integer", { minimum: 1, maximum: 65535 }),
      key("service.nodePort", "integer", { minimum: 1, maximum: 65535 }),
      key("service.annotations", "map", { open: true }),
      ...IMAGE,
      key("replicaCount", "integer", { minimum: 0 }),
      ...environmentList("extraEnvs"),
      ...RESOURCES,
      key("initContainers", "map", { open: true }),
      ...SCHEDULING,
      key("serviceAccountName", "string", { pattern: OBJECT_NAME }),
      key("serviceAccountAnnotations", "map", { open: true }),
      // Their defaults are maps, their templates print lists.
      key("additionalVolumes", "any"),
      key("additionalVolumeMounts", "any"),
      ...only({ versions: ">=10.11.0" }, [
        key("labels", "map", { open: true }),
        key("extraInitContainers", "list", { open: true }),
        key("extraVolumes", "list", { open: true }),
      ]),
      key("probes", "map", { open: true, versions: ">=10.12.4" }),
      key("autoscaling", "map", { open: true }),
    ]),
  ];
}

const APPLICATIONS: readonly ValueRule[] = below("clearmlApplications", [
  key("enabled", "boolean"),
  key("queueMode", "string", { words: ["global", "per_tenant"] }),
  key("maxPods", "integer", { minimum: 1 }),
  ...keys(
    "",
    ["apiServerUrlReferenceOverride", "fileServerUrlReferenceOverride", "webServerUrlReferenceOverride"],
    "string",
    { pattern: API_URL },
  ),
  ...keys("", ["agentKey", "agentSecret", "gitAgentUser", "gitAgentPass"], "string", { secret: true }),
  ...IMAGE,
  key("basePodImage", "map", { open: true }),
  key("replicaCount", "integer", { minimum: 0 }),
  ...environmentList("extraEnvs"),
  ...RESOURCES,
  ...SCHEDULING,
  ...keys("", ["customBashScript", "containerCustomBashScript"], "string"),
  key("fileMounts", "list", { open: true }),
  key("basePodTemplate", "map", { open: true }),
  ...customCertificates(),
]);

export const controlPlane: ComponentDefinition = {
  id: "control-plane",
  title: "ClearML server: API, files, web, and their databases",
  scope: "cluster",
  kind: "chart",
  charts: [
    enterprise("C", "clearml-enterprise"),
    enterprise("B", "clearml-enterprise"),
    enterprise("A", "clearml-enterprise"),
    community("clearml"),
  ],
  namespace: "clearml",
  release: "clearml",
  needs: [],
  stateful: true,
  values: [
    key("global", "map", { open: true }),
    // Gone since 2023: known, so that it is explained.
    key("enterpriseFeatures", "map", { open: true }),
    key("global.imageRegistry", "string"),
    ...imageCredentials("existingImagePullSecrets"),
    ...below("clearml", CLEARML),
    ...server("apiserver"),
    ...additionalConfigs("apiserver.additionalConfigs"),
    ...keys(
      "apiserver",
      ["existingAdditionalConfigsConfigMap", "existingAdditionalConfigsSecret"],
      "string",
      { pattern: OBJECT_NAME },
    ),
    key("apiserver.prepopulateEnabled", "boolean"),
    ...keys("apiserver.processes", ["count", "timeout", "maxRequests", "maxRequestsJitter"], "integer", {
      minimum: 0,
    }),
    key("apiserver.logCalls", "boolean", { versions: ">=10.9.1" }),
    ...server("fileserver"),
    key("fileserver.storage.enabled", "boolean"),
    ...keys("fileserver.storage.data", ["existingPVC", "class"], "string"),
    key("fileserver.storage.data.accessMode", "string", {
      words: ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"],
    }),
    key("fileserver.storage.data.size", "quantity"),
    ...server("webserver"),
    key("webserver.additionalConfigs", "map", { open: true }),
    ...keys("webserver.displayedServerURLs", ["apiserver", "fileserver"], "string", { pattern: API_URL }),
    key("catchallIngress", "map", { open: true }),
    ...APPLICATIONS,
    ...customCertificates(),
    ...CONTROL_PLANE_DATA_VALUES,
  ],
};
