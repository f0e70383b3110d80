import type { Check } from "../model.ts";
import { charts } from "./charts.ts";
import { dns } from "./dns.ts";
import { foreignRelease } from "./foreign-release.ts";
import { helmVersion } from "./helm-version.ts";
import { ingressClass } from "./ingress-class.ts";
import { kubernetesWindow } from "./kubernetes-window.ts";
import { namespaceTerminating } from "./namespace-terminating.ts";
import { networkPolicyEngine } from "./network-policy-engine.ts";
import { nodes } from "./nodes.ts";
import { pending } from "./pending.ts";
import { releaseSize } from "./release-size.ts";
import { rights } from "./rights.ts";
import { storageClass } from "./storage-class.ts";

/** Everything that is looked at before a deployment. */
export const CHECKS: readonly Check[] = [
  helmVersion,
  charts,
  kubernetesWindow,
  rights,
  namespaceTerminating,
  nodes,
  storageClass,
  ingressClass,
  networkPolicyEngine,
  dns,
  releaseSize,
  foreignRelease,
  pending,
];
