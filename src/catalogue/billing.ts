import type { ComponentDefinition } from "./model.ts";
import { key } from "./rows.ts";

export const billing: ComponentDefinition = {
  id: "billing",
  title: "ClearML billing, with a Kafka and a Redis of its own",
  scope: "cluster",
  kind: "chart",
  // ClearML hands the chart over as a file.
  charts: [],
  namespace: "clearml-billing",
  release: "clearml-billing",
  // None, and the control plane does not wait for it either: the API server connects to this Kafka when it starts, and
  // whether these pods call the API server is not public. Started side by side, neither holds the other up.
  needs: [],
  stateful: true,
  values: [
    key("imageCredentials.username", "string", { required: true }),
    key("imageCredentials.password", "string", { required: true, secret: true }),
    key("imageCredentials.registry", "string"),
    key("imageCredentials.email", "string"),
    key("imageCredentials.enabled", "boolean"),
  ],
};
