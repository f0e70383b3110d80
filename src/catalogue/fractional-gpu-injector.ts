import type { ComponentDefinition } from "./model.ts";
import { customCertificates, imageCredentials } from "./rows.ts";
import { enterprise } from "./sources.ts";

export const fractionalGpuInjector: ComponentDefinition = {
  id: "fractional-gpu-injector",
  title: "ClearML Fractional GPU Injector (CFGI): time-sliced fractions of a GPU",
  scope: "cluster",
  kind: "chart",
  charts: [enterprise("C", "clearml-fractional-gpu-injector")],
  namespace: "cfgi",
  release: "cfgi",
  needs: ["gpu-operator"],
  values: [...imageCredentials("existingImagePullSecrets"), ...customCertificates()],
};
