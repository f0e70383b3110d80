import type { Danger } from "../model.ts";
import { chartDowngraded } from "./chart-downgraded.ts";
import { chartReplaced } from "./chart-replaced.ts";
import { clusterRightsAdded } from "./cluster-rights-added.ts";
import { cookieChanged } from "./cookie-changed.ts";
import { credentialUserRemoved } from "./credential-user-removed.ts";
import { gatewayRenamed } from "./gateway-renamed.ts";
import { hostRemoved } from "./host-removed.ts";
import { imageVersion } from "./image-version.ts";
import { immutableField } from "./immutable-field.ts";
import { manyObjects } from "./many-objects.ts";
import type { Found, ObjectChange, ObjectRule, ReleaseRule } from "./model.ts";
import { mongoSwitched } from "./mongo-switched.ts";
import { namespaceDeleted } from "./namespace-deleted.ts";
import { networkPolicyDeleted } from "./network-policy-deleted.ts";
import { privilegesAdded } from "./privileges-added.ts";
import { queueRemoved } from "./queue-removed.ts";
import { redisPasswordChanged } from "./redis-password-changed.ts";
import { resourceDefinitionDeleted } from "./resource-definition-deleted.ts";
import { scaledToZero } from "./scaled-to-zero.ts";
import { secretKeyRemoved } from "./secret-key-removed.ts";
import { serviceAddressLost } from "./service-address-lost.ts";
import { serviceWithoutPods } from "./service-without-pods.ts";
import { signingSecretChanged } from "./signing-secret-changed.ts";
import { statefulSetDeleted } from "./stateful-set-deleted.ts";
import { storageClassChanged } from "./storage-class-changed.ts";
import { upgradeStepSkipped } from "./upgrade-step-skipped.ts";
import { volumeClaimDeleted } from "./volume-claim-deleted.ts";
import { volumeClaimShrunk } from "./volume-claim-shrunk.ts";

/** Rules about objects, in the order in which their dangers are told. */
export const OBJECT_RULES: readonly ObjectRule[] = [
  volumeClaimDeleted,
  statefulSetDeleted,
  namespaceDeleted,
  resourceDefinitionDeleted,
  networkPolicyDeleted,
  volumeClaimShrunk,
  storageClassChanged,
  immutableField,
  scaledToZero,
  serviceAddressLost,
  serviceWithoutPods,
  hostRemoved,
  secretKeyRemoved,
  privilegesAdded,
  clusterRightsAdded,
  imageVersion,
];

/** Rules about releases. */
export const RELEASE_RULES: readonly ReleaseRule[] = [
  chartReplaced,
  chartDowngraded,
  upgradeStepSkipped,
  mongoSwitched,
  signingSecretChanged,
  cookieChanged,
  credentialUserRemoved,
  redisPasswordChanged,
  queueRemoved,
  gatewayRenamed,
  manyObjects,
];

/** What is dangerous about a change of an object. */
export function objectDangers(change: ObjectChange, isHook = false): Danger[] {
  return OBJECT_RULES.filter(({ hooks }) => hooks || !isHook).flatMap((rule) =>
    dangersOf(rule, rule.check(change)),
  );
}

/** What a rule found, with its name and weight. */
export function dangersOf(
  { rule, severity }: Pick<Danger, "rule" | "severity">,
  found: Iterable<Found>,
): Danger[] {
  return [...found].map(({ message, hint, severity: own }) => ({
    rule,
    severity: own ?? severity,
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}
