import { setting } from "../server-settings.ts";
import { file, type RuleCase } from "./model.ts";

const GROUPS = "CLEARML__secure__credentials__supervisor__sec_groups";

export const cases: readonly RuleCase[] = [
  file(
    "double-escaped-quote",
    "control-plane",
    "a backslash too many",
    setting(GROUPS, '"[\\\\"users\\\\"]"'),
    ["error 4:14"],
    setting(GROUPS, '"[\\"users\\"]"'),
  ),
  file(
    "double-escaped-quote",
    "agent",
    "an escape too many beside one that is right",
    'agentk8sglue:\n  workerIdOverride: "C:\\\\"\n  customBashScript: "a \\\\"b\\\\""\n',
    ["error 3:21"],
    'agentk8sglue:\n  workerIdOverride: "C:\\\\"\n  customBashScript: "a \\"b\\""\n',
  ),
];
