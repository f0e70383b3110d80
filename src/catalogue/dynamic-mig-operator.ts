import type { ComponentDefinition } from "./model.ts";
import { customCertificates, imageCredentials } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const dynamicMigOperator: ComponentDefinition = {
  id: "dynamic-mig-operator",
  title: "ClearML Dynamic MIG Operator (CDMO): partitions GPUs on demand",
  scope: "cluster",
  kind: "chart",
  charts: [
    enterprise("C", "clearml-dynamic-mig-operator"),
    enterprise("B", "clearml-dynamic-mig-operator"),
    enterprise("A", "clearml-dynamic-mig-operator"),
  ],
  namespace: "cdmo",
  release: "cdmo",
  needs: ["gpu-operator"],
  values: [...imageCredentials("existingImagePullSecrets"), ...customCertificates()],
};
