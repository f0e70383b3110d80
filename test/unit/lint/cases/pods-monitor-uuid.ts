import { file, type RuleCase } from "./model.ts";

const values = (id: string) => `clearml-pods-monitor-exporter:\n  podsMonitorUUID: ${id}\n`;

export const cases: readonly RuleCase[] = [
  file(
    "pods-monitor-uuid",
    "custom-events",
    "a name",
    values("production"),
    ["warning 2:20"],
    values("2d1f7c52-6a3e-4f0b-9c58-0b7e1d4a9f63"),
  ),
  file(
    "pods-monitor-uuid",
    "custom-events",
    "zeros",
    values("00000000-0000-0000-0000-000000000000"),
    ["warning 2:20"],
    values("${CLUSTER_ID}"),
  ),
];
