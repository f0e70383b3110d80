import { isMap } from "../../overrides/merge.ts";
import type { Place } from "../objects/model.ts";
import { fieldAt } from "./lists.ts";

/** Maps of texts: an empty text is kept in them. */
const TEXT_MAPS = new Set([
  ...["data", "binaryData", "labels", "annotations", "matchLabels", "nodeSelector", "parameters"],
]);

/** Fields of Kubernetes' own kinds where `false` and 0 say something else than nothing, so that the server keeps them. */
const KEPT = new Set([
  ...["automountServiceAccountToken", "enableServiceLinks", "hostUsers", "shareProcessNamespace"],
  ...["allowPrivilegeEscalation", "privileged", "readOnlyRootFilesystem", "runAsNonRoot"],
  ...["runAsUser", "runAsGroup", "fsGroup", "optional", "suspend", "immutable", "allowVolumeExpansion"],
  ...[
    "replicas",
    "revisionHistoryLimit",
    "terminationGracePeriodSeconds",
    "backoffLimit",
    "storageClassName",
  ],
  ...["ttlSecondsAfterFinished", "partition", "maxUnavailable", "minAvailable", "maxSurge"],
  // Empty maps that choose one of several things, or mean everything.
  ...["emptyDir", "podSelector", "namespaceSelector"],
]);

/** Fields of Kubernetes' own kinds that the server fills where a manifest leaves them empty. */
const FILLED = new Set([
  ...["imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy", "protocol", "schedulerName"],
  ...["dnsPolicy", "restartPolicy", "serviceAccount", "serviceAccountName", "type", "sessionAffinity"],
  ...["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "nodePort", "healthCheckNodePort"],
  ...["targetPort", "scheme", "path", "apiGroup", "apiVersion", "kind", "namespace", "volumeMode"],
  ...["timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold", "weight", "divisor"],
  ...["policyTypes", "metrics", "volumeName", "concurrencyPolicy", "internalTrafficPolicy"],
  ...["externalTrafficPolicy", "podManagementPolicy", "pathType", "caBundle", "defaultMode", "hostPort"],
]);

/** Whether a value of a manifest says nothing: the server leaves it out of what it stores. */
export function isEmpty(value: unknown, place: Place, builtIn: boolean): boolean {
  if (value === null || value === undefined) return true;
  if (builtIn && KEPT.has(fieldAt(place, -1) ?? "")) return false;
  if (value === "" || value === 0 || value === false) return !TEXT_MAPS.has(fieldAt(place, -2) ?? "");
  if (Array.isArray(value)) return value.length === 0;
  if (!isMap(value)) return false;
  return Object.entries(value).every(([field, each]) => isEmpty(each, [...place, { field }], builtIn));
}

/** Whether the server has filled in what a manifest names and leaves empty. */
export function isFilled(expected: unknown, place: Place, builtIn: boolean): boolean {
  const isVoid = expected === "" || expected === 0 || (Array.isArray(expected) && expected.length === 0);
  const isEntry = TEXT_MAPS.has(fieldAt(place, -2) ?? "");
  return isVoid && builtIn && !isEntry && FILLED.has(fieldAt(place, -1) ?? "");
}
