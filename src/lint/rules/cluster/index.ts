import type { Rule, Unchecked } from "../../model.ts";
import { ingressClassMissing } from "./ingress-class-missing.ts";
import { k8sWindow } from "./k8s-window.ts";
import { npNotEnforced } from "./np-not-enforced.ts";
import { upgradeStepSkipped } from "./upgrade-step-skipped.ts";

/** What only the cluster knows. */
export const CLUSTER_RULES: readonly Rule[] = [
  k8sWindow,
  upgradeStepSkipped,
  ingressClassMissing,
  npNotEnforced,
];

/** Traps of this kind that have no rule of their own. */
export const CLUSTER_UNCHECKED: readonly Unchecked[] = [];
