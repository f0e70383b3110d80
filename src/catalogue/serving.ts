import type { ComponentDefinition } from "./model.ts";

export const serving: ComponentDefinition = {
  id: "serving",
  title: "ClearML Serving (open source)",
  scope: "both",
  kind: "chart",
  charts: [
    {
      generation: "any",
      name: "clearml-serving",
      repository: "https://clearml.github.io/clearml-helm-charts",
    },
  ],
  namespace: "clearml-serving",
  release: "clearml-serving",
  needs: ["control-plane"],
  values: [],
};
