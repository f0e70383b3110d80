import semver from "semver";
import type { Level } from "../../core/host.ts";
import type { ComponentUse, Environment } from "../../environment/model.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import { environmentRelease } from "../../lint/release.ts";
import { CDMO_NEEDS, migManagerEnabled } from "../../lint/rules/tenants/mig-manager-enabled.ts";
import { valueAt } from "../../overrides/values.ts";
import type { PreflightFinding } from "../../preflight/model.ts";
import { foldNames } from "../report/names.ts";

const POLICIES = "/apis/nvidia.com/v1/clusterpolicies";
const VOLUME_MOUNTS = "cdi-vs-volume-mounts";
/** From this version on the operator writes its own strategy over that of the device plugin. */
const CDI_DECIDES = "25.10.0";
/** Names the configuration of the device plugin on a node, and the one that ClearML's guide has for CDMO. */
const PLUGIN_CONFIG = { key: "nvidia.com/device-plugin.config", value: "mig" };
/** What NVIDIA's MIG manager makes of a node. */
const MIG_CONFIG = "nvidia.com/mig.config";

/** What a ClusterPolicy is judged by. */
export interface PolicyLook {
  policies: readonly KubernetesObject[];
  /** The nodes of the run. */
  nodes: readonly Pick<KubernetesObject, "metadata">[];
  /** Whether the run hands nodes to CDMO. */
  labels: boolean;
  environment?: Environment | undefined;
  /** What was found in the files: it is not said again. */
  found: readonly PreflightFinding[];
}

/** The settings of the GPU operator; none where its API is not served. */
export async function readPolicies(kubernetes: Pick<Kubernetes, "list">): Promise<KubernetesObject[]> {
  try {
    return await kubernetes.list(POLICIES);
  } catch (thrown) {
    if (thrown instanceof RefusedError && thrown.status === 404) return [];
    throw thrown;
  }
}

/** What the GPU operator of the cluster is set to that keeps CDMO, or this run, from its work. */
export function judgePolicies(look: PolicyLook): PreflightFinding[] {
  // The operator works for one of them and marks the others.
  const policy = look.policies.find(({ status }) => valueAt(status, ["state"]) !== "ignored");
  if (!policy) {
    return [
      {
        check: migManagerEnabled.slug,
        severity: "info",
        message:
          "the cluster has no ClusterPolicy: whether a MIG manager of NVIDIA works against MIG cannot be told",
      },
    ];
  }
  const gpuOperator = look.environment?.components.find(
    ({ id, enabled }) => id === "gpu-operator" && enabled,
  );
  return [
    ...CDMO_NEEDS.flatMap((need) => judgeNeed(policy, look, need, gpuOperator)),
    ...judgeVolumeMounts(policy, look),
    ...judgePluginConfig(policy, look),
  ];
}

/** Whether CDMO is to partition the GPUs: only then is what it needs a must. */
function servesCdmo(look: PolicyLook): boolean {
  return look.labels || hasCdmo(look);
}

function hasCdmo({ environment }: PolicyLook): boolean {
  return environment?.components.some(({ id, enabled }) => id === "dynamic-mig-operator" && enabled) ?? false;
}

function judgeNeed(
  policy: KubernetesObject,
  look: PolicyLook,
  { path, value, usual, effect }: (typeof CDMO_NEEDS)[number],
  gpuOperator: ComponentUse | undefined,
): PreflightFinding[] {
  const name = path.join(".");
  const live = valueAt(policy.spec, path);
  const severity = severityOf(look, name);
  const isSaid = look.found.some(
    ({ check, message }) => check === migManagerEnabled.slug && message.includes(`\`${name}\``),
  );
  if (live === value || isSaid || severity === "off") return [];
  const is = live === undefined || live === null ? `is \`${usual}\` unless set` : `is \`${String(live)}\``;
  const declared =
    gpuOperator &&
    look.environment &&
    valueAt(environmentRelease(gpuOperator, look.environment).values, path);
  return [
    {
      check: migManagerEnabled.slug,
      severity,
      message: `ClusterPolicy ${policy.metadata.name}: \`${name}\` ${is}, and ${effect}${name === "migManager.enabled" ? configured(look.nodes) : ""}`,
      hint:
        declared === value
          ? `the environment has \`${name}: ${value}\`, the cluster does not: run deploy-control-plane with component gpu-operator first`
          : `set \`${name}: ${value}\` in the values of the GPU operator and deploy it${look.labels && !hasCdmo(look) ? "; without CDMO, set the input `label` to false" : ""}`,
    },
  ];
}

/** A severity set by the user holds here as it does in lint. */
function severityOf(look: PolicyLook, name: string): Level | "off" {
  const own = look.environment?.lint.rules[migManagerEnabled.slug];
  if (own) return own;
  if (servesCdmo(look)) return "error";
  return name === "migManager.enabled" ? "warning" : "info";
}

/** What the MIG manager is told to make of the nodes. */
function configured(nodes: PolicyLook["nodes"]): string {
  const byConfig = groupedBy(nodes, ({ labels }) => labels?.[MIG_CONFIG]);
  if (byConfig.size === 0) return "";
  const parts = [...byConfig].map(([config, names]) => `\`${config}\` on ${foldNames(names)}`);
  return `; by the label ${MIG_CONFIG} it makes ${parts.join(", ")}`;
}

function judgeVolumeMounts(policy: KubernetesObject, { environment, found }: PolicyLook): PreflightFinding[] {
  const severity = environment?.lint.rules[VOLUME_MOUNTS] ?? "warning";
  if (severity === "off" || found.some(({ check }) => check === VOLUME_MOUNTS)) return [];
  if (valueAt(policy.spec, ["cdi", "enabled"]) !== true) return [];
  const version = semver.valid(policy.metadata.labels?.["app.kubernetes.io/version"] ?? "");
  if (version !== null && semver.lt(version, CDI_DECIDES)) return [];
  const env = valueAt(policy.spec, ["devicePlugin", "env"]);
  const strategy = (Array.isArray(env) ? env : []).find(
    (each: { name?: unknown } | null) => each?.name === "DEVICE_LIST_STRATEGY",
  ) as { value?: unknown } | undefined;
  if (!String(strategy?.value).includes("volume-mounts")) return [];
  return [
    {
      check: VOLUME_MOUNTS,
      severity,
      message: `ClusterPolicy ${policy.metadata.name}: \`DEVICE_LIST_STRATEGY\` of the device plugin is \`volume-mounts\`, which has no effect with CDI on: the operator writes its own strategy over it`,
      hint: "set `cdi.enabled: false` in the values of the GPU operator, or take the variable out",
    },
  ];
}

/** In clusters that mix MIG with whole or shared GPUs, each node says which configuration its device plugin takes. */
function judgePluginConfig(policy: KubernetesObject, look: PolicyLook): PreflightFinding[] {
  const config = (valueAt(policy.spec, ["devicePlugin", "config"]) ?? {}) as {
    name?: string;
    default?: string;
  };
  if (!config.name || !servesCdmo(look)) return [];
  const usual = config.default || undefined;
  const others = groupedBy(look.nodes, ({ labels }) => labels?.[PLUGIN_CONFIG.key] ?? usual ?? "");
  others.delete(PLUGIN_CONFIG.value);
  return [...others].map(([value, names]) => ({
    check: "device-plugin-config",
    severity: "warning",
    message: `the device plugin takes ${value === "" ? "no configuration" : `its configuration \`${value}\``} of ConfigMap ${config.name} on ${foldNames(names)}, not \`${PLUGIN_CONFIG.value}\`: it may not offer the slices that CDMO makes`,
    hint: `\`kubectl label node ${names[0]}${names.length > 1 ? " …" : ""} ${PLUGIN_CONFIG.key}=${PLUGIN_CONFIG.value} --overwrite\`, if the ConfigMap has such an entry`,
  }));
}

/** Names of nodes by something that their metadata says; nodes of which it says nothing are left out. */
function groupedBy(
  nodes: PolicyLook["nodes"],
  keyOf: (metadata: KubernetesObject["metadata"]) => string | undefined,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { metadata } of nodes) {
    const key = keyOf(metadata);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), metadata.name]);
  }
  return groups;
}
