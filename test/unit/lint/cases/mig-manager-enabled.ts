import { filesOf } from "../environment-files.ts";
import { files, type RuleCase } from "./model.ts";

const sample = (gpu: string, cdmo = "") =>
  filesOf({
    components: [
      "gpu-operator: { version: v26.7.0, overrides: [gpu.yaml] }",
      `dynamic-mig-operator: { version: 1.0.1, ${cdmo}values: { imageCredentials: { password: '\${TOKEN}' } } }`,
    ],
    files: { "gpu.yaml": gpu },
  });

export const cases: readonly RuleCase[] = [
  files(
    "mig-manager-enabled",
    "the manager left on",
    sample("migManager: { enabled: true }\nmig: { strategy: mixed }\n"),
    ["error gpu.yaml:1:24"],
    sample("migManager: { enabled: false }\nmig: { strategy: mixed }\n"),
  ),
  files(
    "mig-manager-enabled",
    "another strategy",
    sample("migManager: { enabled: false }\nmig: { strategy: single }\n"),
    ["error gpu.yaml:2:18"],
    sample("migManager: { enabled: true }\nmig: { strategy: single }\n", "enabled: false, "),
  ),
  files(
    "mig-manager-enabled",
    "nothing said",
    sample("cdi: { enabled: true }\n"),
    ["error clearml.yaml:8:3", "error clearml.yaml:8:3"],
    filesOf({ components: ["gpu-operator: { version: v26.7.0 }"] }),
  ),
];
