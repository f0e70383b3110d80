import type { Spot } from "./model.ts";
import { AGENT_SPOTS } from "./spots-agents.ts";
import { CHART_SPOTS } from "./spots-charts.ts";
import { COMMAND_SPOTS } from "./spots-commands.ts";
import { HOST_SPOTS } from "./spots-hosts.ts";
import { SETTING_SPOTS } from "./spots-settings.ts";
import { TENANT_SPOTS } from "./spots-tenants.ts";

/** Mistakes that fit one place only. */
export const SPOTS: readonly Spot[] = [
  ...CHART_SPOTS,
  ...SETTING_SPOTS,
  ...HOST_SPOTS,
  ...AGENT_SPOTS,
  ...TENANT_SPOTS,
  ...COMMAND_SPOTS,
];
