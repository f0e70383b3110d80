import type { Rule, Unchecked } from "../../model.ts";
import { agentReleaseCollision } from "./agent-release-collision.ts";
import { bashScriptFormat } from "./bash-script-format.ts";
import { cfgiValue } from "./cfgi-value.ts";
import { clusterWideAgent } from "./cluster-wide-agent.ts";
import { debugMode } from "./debug-mode.ts";
import { defaultImage } from "./default-image.ts";
import { extendedResourceFraction } from "./extended-resource-fraction.ts";
import { gpuAndMigMixed } from "./gpu-and-mig-mixed.ts";
import { migFractionMismatch } from "./mig-fraction-mismatch.ts";
import { migProfileUnknown } from "./mig-profile-unknown.ts";
import { monitoredResourceField } from "./monitored-resource-field.ts";
import { quantityForm } from "./quantity-form.ts";
import { queueName } from "./queue-name.ts";
import { queueServedTwice } from "./queue-served-twice.ts";
import { rootPaths } from "./root-paths.ts";
import { templateKeyReplacement } from "./template-key-replacement.ts";
import { templateOverridesMissing } from "./template-overrides-missing.ts";
import { volumeMountPair } from "./volume-mount-pair.ts";

/** Queues, pod templates and resources of agents. */
export const AGENTS_RULES: readonly Rule[] = [
  extendedResourceFraction,
  quantityForm,
  migProfileUnknown,
  migFractionMismatch,
  gpuAndMigMixed,
  cfgiValue,
  queueName,
  queueServedTwice,
  templateOverridesMissing,
  templateKeyReplacement,
  monitoredResourceField,
  volumeMountPair,
  defaultImage,
  debugMode,
  bashScriptFormat,
  rootPaths,
  clusterWideAgent,
  agentReleaseCollision,
];

/** Traps of this kind that have no rule of their own. */
export const AGENTS_UNCHECKED: readonly Unchecked[] = [
  {
    id: "L104",
    slug: "queue-create-twice",
    about:
      "A queue is made by the agent (`createQueues`) and by a call of the API, and the second one fails.",
    reason: "Harmless here: the deployment takes an existing queue for success.",
  },
  {
    id: "L112",
    slug: "per-tenant-apps-queue",
    about:
      "Applications per tenant need `appsQueue` in the agents, and a user of the agent marked as internal.",
    reason: "No file says how the agent's user was made.",
  },
];
