import type { ComponentDefinition } from "./model.ts";
import { ACCESS_KEY, SECRET_KEY } from "./patterns.ts";
import {
  apiServerUrl,
  below,
  cronSchedule,
  customCertificates,
  globalImageCredentials,
  key,
} from "./rows.ts";
import { enterprise } from "./sources.ts";

export const customEvents: ComponentDefinition = {
  id: "custom-events",
  title: "ClearML custom events: inventory and usage sent to Kafka",
  scope: "cluster",
  kind: "chart",
  charts: [enterprise("C", "clearml-custom-events")],
  namespace: "clearml",
  release: "clearml-custom-events",
  // The server hands the events to a Kafka, which may be that of billing.
  needs: ["control-plane", "billing"],
  values: [
    key("global", "map", { open: true }),
    ...globalImageCredentials(),
    ...below("global", [
      apiServerUrl("clearml.apiServerUrlReference"),
      // This chart has kept the old spelling.
      key("clearml.apiServerKey", "string", { required: true, secret: true, pattern: ACCESS_KEY }),
      key("clearml.apiServerSecret", "string", { required: true, secret: true, pattern: SECRET_KEY }),
    ]),
    key("clearml-pods-monitor-exporter", "map", { open: true }),
    key("clearml-pods-monitor-exporter.podsMonitorUUID", "string", { required: true }),
    key("clearml-pods-monitor-exporter.checkIntervalSeconds", "integer", { minimum: 1 }),
    key("clearml-pods-inventory", "map", { open: true }),
    cronSchedule("clearml-pods-inventory.cronJob.schedule"),
    key("clearml-company-inventory", "map", { open: true }),
    cronSchedule("clearml-company-inventory.cronJob.schedule"),
    ...customCertificates(),
  ],
};
