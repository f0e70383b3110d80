import { file, type RuleCase } from "./model.ts";

const values = (more: string, isOn = false) =>
  `elasticsearch:\n  sysctlInitContainer: { enabled: ${isOn} }\n${more}`;

export const cases: readonly RuleCase[] = [
  file(
    "es-host-setting",
    "control-plane",
    "the init container switched off",
    values(""),
    ["info 2:35"],
    values("  esConfig: { elasticsearch.yml: 'node.store.allow_mmap: false' }\n"),
  ),
  file(
    "es-host-setting",
    "control-plane",
    "mapping of files allowed",
    values("  esConfig: { elasticsearch.yml: 'node.store.allow_mmap: true' }\n"),
    ["info 2:35"],
    values("", true),
  ),
];
