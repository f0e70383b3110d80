import { environment, type RuleCase } from "./model.ts";

const api = (host: string, more = "") =>
  `apiserver:\n  ingress:\n    enabled: true\n    hostName: ${host}\n${more}`;
const nodePort = (more = "") => `fileserver:\n  service:\n    type: NodePort\n${more}`;

export const cases: readonly RuleCase[] = [
  environment(
    "nodeport-without-urls",
    "an API of another name",
    { controlPlane: api("clearml-api.ml.example.com") },
    ["warning control-plane.yaml:4:15"],
    {
      controlPlane: api(
        "clearml-api.ml.example.com",
        "clearml: { clientConfigurationApiUrl: https://clearml-api.ml.example.com }\n",
      ),
    },
  ),
  environment(
    "nodeport-without-urls",
    "files at a node port",
    { controlPlane: nodePort() },
    ["warning control-plane.yaml:3:11"],
    {
      controlPlane: nodePort(
        "webserver:\n  extraEnvs:\n    - name: WEBSERVER__fileBaseUrl\n      value: '\"http://10.0.0.1:30081\"'\n",
      ),
    },
  ),
];
