import { environment, file, type RuleCase } from "./model.ts";

const urls = (api: string, files: string) =>
  `agentk8sglue:\n  apiServerUrlReference: ${api}\n  fileServerUrlReference: ${files}\n`;
const ingress = (app: string) => `apiserver:
  ingress: { enabled: true, hostName: api.ml.example.com, tlsSecretName: tls }
webserver:
  ingress:
    enabled: true
    hostName: app.ml.example.com
${app}`;

export const cases: readonly RuleCase[] = [
  file(
    "scheme-mixed",
    "agent",
    "http beside https",
    urls("https://api.ml.example.com", "http://files.ml.example.com"),
    ["warning 3:27"],
    urls("https://api.ml.example.com", "http://clearml-fileserver.clearml:8081"),
  ),
  environment(
    "scheme-mixed",
    "one Ingress without a certificate",
    { controlPlane: ingress("") },
    ["warning control-plane.yaml:6:15"],
    { controlPlane: ingress("    tlsSecretName: tls\n") },
  ),
  environment(
    "scheme-mixed",
    "a web app by https that shows http",
    {
      controlPlane: `${ingress("    tlsSecretName: tls\n")}  displayedServerURLs:\n    apiserver: http://api.ml.example.com\n`,
    },
    ["warning control-plane.yaml:9:16"],
    {
      controlPlane: `${ingress("    tlsSecretName: tls\n")}  displayedServerURLs:\n    apiserver: https://api.ml.example.com\n`,
    },
  ),
];
