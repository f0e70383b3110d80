import type { Rule, Unchecked } from "../../model.ts";
import { cdiVsVolumeMounts } from "./cdi-vs-volume-mounts.ts";
import { cdmoLabel } from "./cdmo-label.ts";
import { domainShared } from "./domain-shared.ts";
import { esHostSetting } from "./es-host-setting.ts";
import { gatewayAgentNamespace } from "./gateway-agent-namespace.ts";
import { hardCodedId } from "./hard-coded-id.ts";
import { migManagerEnabled } from "./mig-manager-enabled.ts";
import { podsMonitorUuid } from "./pods-monitor-uuid.ts";
import { storageRwoReplicas } from "./storage-rwo-replicas.ts";
import { tenantUnique } from "./tenant-unique.ts";

/** Tenants, GPU operators, and data of the environment. */
export const TENANTS_RULES: readonly Rule[] = [
  hardCodedId,
  tenantUnique,
  domainShared,
  gatewayAgentNamespace,
  migManagerEnabled,
  cdiVsVolumeMounts,
  cdmoLabel,
  storageRwoReplicas,
  esHostSetting,
  podsMonitorUuid,
];

/** Traps of this kind that have no rule of their own. */
export const TENANTS_UNCHECKED: readonly Unchecked[] = [];
