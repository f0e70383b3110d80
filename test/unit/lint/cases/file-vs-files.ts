import { environment, file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  environment(
    "file-vs-files",
    "an agent with a plural too much",
    {
      controlPlane:
        "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\nwebserver: { displayedServerURLs: { fileserver: https://file.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://files.ml.example.com }\n",
    },
    ["error tenants/acme/agent.yaml:1:41"],
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://artifacts.ml.example.com }\n",
    },
  ),
  environment(
    "file-vs-files",
    "an agent that uploads elsewhere",
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://file.ml.example.com }\n",
    },
    ["error tenants/acme/agent.yaml:1:41"],
    {
      controlPlane: "fileserver: { ingress: { enabled: true, hostName: files.ml.example.com } }\n",
      agent: "agentk8sglue: { fileServerUrlReference: https://files.ml.example.com }\n",
    },
  ),
  file(
    "file-vs-files",
    "control-plane",
    "a host the web app does not look for",
    "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\n",
    ["warning 1:51"],
    "fileserver: { ingress: { enabled: true, hostName: file.ml.example.com } }\nwebserver: { displayedServerURLs: { fileserver: https://file.ml.example.com } }\n",
  ),
];
