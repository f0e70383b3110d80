import { environment, file, type RuleCase } from "./model.ts";

const ingress = (more: string) => `fileserver:
  ingress:
    enabled: true
    hostName: files.ml.example.com
${more}`;
const NGINX = "    ingressClassName: nginx\n";
const LIMIT = '    annotations: { nginx.ingress.kubernetes.io/proxy-body-size: "0" }\n';

export const cases: readonly RuleCase[] = [
  environment(
    "upload-limit",
    "nginx with its own limit",
    { controlPlane: ingress(NGINX) },
    ["warning control-plane.yaml:2:3"],
    { controlPlane: ingress(NGINX + LIMIT) },
  ),
  environment(
    "upload-limit",
    "nginx by its annotation",
    { controlPlane: ingress("    annotations: { kubernetes.io/ingress.class: nginx-internal }\n") },
    ["warning control-plane.yaml:2:3"],
    { controlPlane: ingress("    ingressClassName: traefik\n") },
  ),
  {
    ...environment(
      "upload-limit",
      "an environment, not a file alone",
      { controlPlane: ingress(NGINX) },
      ["warning control-plane.yaml:2:3"],
      { controlPlane: "" },
    ),
    good: file("", "control-plane", "", "", [], ingress(NGINX)).good,
  },
];
