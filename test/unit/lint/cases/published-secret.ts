import { file, type RuleCase } from "./model.ts";

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
];
