import { filesOf } from "../environment-files.ts";
import { file, files, type RuleCase } from "./model.ts";

const values = (cdi: string, name = "DEVICE_LIST_STRATEGY") =>
  `${cdi}devicePlugin:\n  env:\n    - name: ${name}\n      value: volume-mounts\n`;
const sample = (version: string) =>
  filesOf({
    components: [`gpu-operator: { version: ${version}, overrides: [gpu.yaml] }`],
    files: { "gpu.yaml": values("") },
  });

export const cases: readonly RuleCase[] = [
  file(
    "cdi-vs-volume-mounts",
    "gpu-operator",
    "with CDI as it is by default",
    values(""),
    ["warning 4:14"],
    values("cdi: { enabled: false }\n"),
  ),
  file(
    "cdi-vs-volume-mounts",
    "gpu-operator",
    "with CDI on",
    values("cdi: { enabled: true }\n"),
    ["warning 5:14"],
    values("cdi: { enabled: true }\n", "DEVICE_ID_STRATEGY"),
  ),
  files(
    "cdi-vs-volume-mounts",
    "by version",
    sample("v25.10.0"),
    ["warning gpu.yaml:4:14"],
    sample("v25.3.4"),
  ),
];
