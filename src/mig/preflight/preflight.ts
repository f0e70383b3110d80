import { errorMessage } from "../../core/errors.ts";
import type { Environment } from "../../environment/model.ts";
import type { Kubernetes } from "../../kubernetes/api.ts";
import type { KubernetesObject } from "../../kubernetes/objects.ts";
import type { PreflightFinding } from "../../preflight/model.ts";
import type { Wanted } from "../model.ts";
import { judgePolicies, readPolicies } from "./cluster-policy.ts";
import { fileFindings } from "./files.ts";
import { missingRights } from "./rights.ts";

const ORDER = ["error", "warning", "info"] as const;

/** What a run is going to do, and what there is to look at before it does. */
export interface MigPreflight {
  kubernetes?: Kubernetes | undefined;
  environment?: Environment | undefined;
  /** The nodes of the run. */
  nodes: readonly KubernetesObject[];
  wanted: Wanted;
  label: "true" | "sync" | "false";
  drain: boolean;
  reboot: boolean;
  /** Namespace of the pods that reboot nodes. */
  namespace: string;
  /** Namespaces of the pods that nvidia-smi is run in: none with transport local; left out: any namespace. */
  execNamespaces?: readonly string[] | undefined;
}

/**
 * Looks at what MIG and CDMO rest on and at the rights of the account, and writes nothing. What cannot be looked at is
 * said, and stops nothing. The findings come worst first.
 */
export async function migPreflight(input: MigPreflight): Promise<PreflightFinding[]> {
  const { kubernetes, environment } = input;
  const found = environment && input.wanted === "enabled" ? fileFindings(environment) : [];
  const live = kubernetes
    ? await Promise.all([
        input.wanted === "enabled"
          ? look(
              async () =>
                judgePolicies({
                  ...input,
                  policies: await readPolicies(kubernetes),
                  found,
                  labels: input.label !== "false",
                }),
              {
                check: "mig-manager-enabled",
                what: "the settings of the GPU operator",
                right: "list clusterpolicies.nvidia.com",
              },
            )
          : [],
        look(() => missingRights(kubernetes, doingOf(input)), {
          check: "rights",
          what: "the rights of this account",
          right: "create selfsubjectaccessreviews.authorization.k8s.io, which everybody has by default",
        }),
      ])
    : [];
  return [...found, ...live.flat()].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}

function doingOf({ label, drain, reboot, namespace, execNamespaces }: MigPreflight) {
  return {
    patches: label !== "false" || drain,
    drain,
    rebootIn: reboot ? namespace : undefined,
    execIn: execNamespaces,
  };
}

async function look(
  find: () => Promise<PreflightFinding[]>,
  { check, what, right }: { check: string; what: string; right: string },
): Promise<PreflightFinding[]> {
  try {
    return await find();
  } catch (thrown) {
    return [
      {
        check,
        severity: "warning",
        message: `could not check ${what}: ${errorMessage(thrown).split("\n")[0]}`,
        hint: `it takes the right to ${right}`,
      },
    ];
  }
}
