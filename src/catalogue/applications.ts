import type { ComponentDefinition } from "./model.ts";

export const applications: ComponentDefinition = {
  id: "applications",
  title: "ClearML applications, uploaded to the server",
  scope: "cluster",
  kind: "upload",
  charts: [],
  release: "applications",
  needs: ["control-plane"],
  values: [],
};
