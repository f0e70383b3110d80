import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, SECRET_KEY } from "./patterns.ts";
import { apiServerUrl, customCertificates, imageCredentials, ingress, key } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const presignService: ComponentDefinition = {
  id: "presign-service",
  title: "ClearML Presign Service: pre-signed storage addresses",
  scope: "cluster",
  kind: "chart",
  charts: [enterprise("C", "clearml-presign-service")],
  namespace: "clearml",
  release: "clearml-presign-service",
  needs: ["control-plane"],
  values: [
    ...imageCredentials("existingImagePullSecrets"),
    key("clearml.apiKey", "string", { required: true, secret: true, pattern: ACCESS_KEY }),
    key("clearml.apiSecret", "string", { required: true, secret: true, pattern: SECRET_KEY }),
    apiServerUrl("clearml.apiServerUrlReference"),
    ...ingress(""),
    ...customCertificates(),
  ],
};
