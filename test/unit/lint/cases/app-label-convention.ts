import { environment, type RuleCase } from "./model.ts";

const app = (host: string, more = "") =>
  `webserver:\n  ingress:\n    enabled: true\n    hostName: ${host}\n${more}`;

export const cases: readonly RuleCase[] = [
  environment(
    "app-label-convention",
    "a web app of another name",
    { controlPlane: app("clearml.ml.example.com") },
    ["warning control-plane.yaml:4:15"],
    { controlPlane: app("app.ml.example.com") },
  ),
  environment(
    "app-label-convention",
    "a web app of another name, and nothing said of the API",
    {
      controlPlane: app(
        "clearml.ml.example.com",
        "  displayedServerURLs:\n    fileserver: https://files.ml.example.com\n",
      ),
    },
    ["warning control-plane.yaml:4:15"],
    {
      controlPlane: app(
        "clearml.ml.example.com",
        "  displayedServerURLs:\n    apiserver: https://api.ml.example.com\n",
      ),
    },
  ),
];
