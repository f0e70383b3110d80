import { file, type RuleCase } from "./model.ts";

export const cases: readonly RuleCase[] = [
  file(
    "type-by-template",
    "control-plane",
    "a volume without its dash",
    "apiserver:\n  additionalVolumes:\n    name: data\n    emptyDir: {}\n",
    ["error 3:5"],
    "apiserver:\n  additionalVolumes:\n    - name: data\n      emptyDir: {}\n  additionalVolumeMounts: {}\n",
  ),
  file(
    "type-by-template",
    "control-plane",
    "a text for a list",
    "webserver:\n  additionalVolumeMounts: /data\n",
    ["error 2:27"],
    "webserver:\n  additionalVolumeMounts:\n",
  ),
];
