import { environmentWith } from "../support.ts";
import { file, files, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "published-secret",
    "serving",
    "Grafana's default",
    "grafana:\n  adminPassword: clearml\n",
    ["warning 2:18"],
    "grafana:\n  adminPassword: ${GRAFANA_PASSWORD}\n",
  ),
  file(
    "published-secret",
    "control-plane",
    "credentials where old charts had them",
    "secret:\n  credentials:\n    apiserver: { accessKey: abcdefgh, secretKey: ijklmnop }\n",
    ["warning 3:5"],
    "secret:\n  credentials:\n    apiserver: { accessKey: '${KEY}', secretKey: '${SECRET}' }\n",
  ),
  files(
    "published-secret",
    "Grafana's default, deployed",
    environmentWith("serving:\n  values: { grafana: { adminPassword: prom-operator } }"),
    ["error clearml.yaml:9:41"],
    environmentWith("serving:\n  values: { grafana: { adminPassword: '${TOKEN}' } }"),
  ),
];
