import { apiPath } from "../../kubernetes/objects.ts";
import { judgeGpus } from "../gpus.ts";
import type { Check, Look, PreflightFinding } from "../model.ts";
import { type Node, nodeOf } from "../node.ts";
import { parseQuantity } from "../quantity.ts";
import { partsOf, valuesOf } from "../values.ts";

const CHECK = "nodes";

/** What ClearML's documentation asks for. */
const RECOMMENDED = { nodes: 3, cpu: 8, memory: 32e9, disk: 500e9 };
/** A machine never offers all that is printed on it: firmware and kernel keep some, a file system too. */
const TOLERANCE = 0.92;

/** Whether there is a place to run on. */
export const nodes: Check = {
  name: CHECK,
  looksAt: "the nodes",
  needs: "list nodes",
  async find(look) {
    const seen = (await look.kubernetes.list(apiPath("v1", "nodes"))).map(nodeOf);
    const tolerates = look.uses.some((use) =>
      [...partsOf(valuesOf(look, use))].some(
        ({ part }) => Array.isArray(part.tolerations) && part.tolerations.length > 0,
      ),
    );
    const sized = look.uses.some(({ id }) => id === "control-plane");
    const findings = judgeNodes(seen, { tolerates, sized });
    const hopeless = findings.some(({ severity }) => severity === "error") && (await growsOnDemand(look));
    return [...(hopeless ? findings.map(asWarning) : findings), ...judgeGpus(look, seen)];
  },
};

/**
 * What is to be said of the nodes.
 * @param tolerates whether any values have tolerations: taints may be meant
 * @param sized whether the recommended size is asked for
 */
export function judgeNodes(
  all: readonly Node[],
  { tolerates, sized }: { tolerates: boolean; sized: boolean },
): PreflightFinding[] {
  const linux = all.filter(({ labels }) => (labels["kubernetes.io/os"] ?? "linux") === "linux");
  const open = linux.filter(({ isReady, isCordoned }) => isReady && !isCordoned);
  const usable = tolerates ? open : open.filter(({ taints }) => taints.length === 0);
  if (usable.length === 0) return [nowhere(linux)];
  const troubled = linux.filter(({ isReady, pressures }) => !isReady || pressures.length > 0);
  return [...(troubled.length > 0 ? [inTrouble(troubled)] : []), ...(sized ? tooSmall(usable) : [])];
}

function nowhere(all: readonly Node[]): PreflightFinding {
  const states = all.map((node) => `${node.name} ${stateOf(node)}`);
  return {
    check: CHECK,
    severity: "error",
    message:
      all.length === 0
        ? "the cluster has no node: nothing can run"
        : `no node takes pods: ${shortened(states)}`,
    hint: all.some(({ isReady, taints }) => isReady && taints.length > 0)
      ? "add `tolerations` to the values, or remove the taint: `kubectl taint node NAME KEY-`"
      : "bring a node up, or `kubectl uncordon` one",
  };
}

function stateOf({ isReady, reason, isCordoned, taints, pressures }: Node): string {
  if (!isReady) return `is not ready (${reason})`;
  if (isCordoned) return "is cordoned";
  if (pressures.length > 0) return `has ${pressures.join(", ")}`;
  return `has the taint ${taints.join(", ")}`;
}

function inTrouble(troubled: readonly Node[]): PreflightFinding {
  return {
    check: CHECK,
    severity: "warning",
    message: `${troubled.length === 1 ? "a node is" : `${troubled.length} nodes are`} in trouble: ${shortened(troubled.map((node) => `${node.name} ${stateOf(node)}`))}`,
    hint: "see `kubectl describe node`; pods go to the others meanwhile",
  };
}

function tooSmall(usable: readonly Node[]): PreflightFinding[] {
  const small = usable.filter((node) => !isBigEnough(node));
  if (usable.length - small.length >= RECOMMENDED.nodes) return [];
  const sizes = shortened(small.map((node) => `${node.name} with ${sizeOf(node)}`));
  const found = `${usable.length} usable ${usable.length === 1 ? "node" : "nodes"}`;
  return [
    {
      check: CHECK,
      severity: "warning",
      message: `the cluster is smaller than ClearML recommends, 3 nodes with 8 vCPUs, 32 GB of memory and 500 GB of disk each: ${found}${small.length > 0 ? `, too small: ${sizes}` : ""}`,
      hint: "fine for a trial with requests lowered in the values; pods stay Pending where they find no room",
    },
  ];
}

function isBigEnough({ capacity }: Node): boolean {
  const enough = (have: string | undefined, want: number) =>
    // What is not told is not held against it.
    have === undefined || parseQuantity(have) >= want * TOLERANCE;
  return (
    enough(capacity.cpu, RECOMMENDED.cpu) &&
    enough(capacity.memory, RECOMMENDED.memory) &&
    enough(capacity["ephemeral-storage"], RECOMMENDED.disk)
  );
}

function sizeOf({ capacity }: Node): string {
  const gigabytes = (text = "0") => `${Math.round(parseQuantity(text) / 1e9)} GB`;
  return `${capacity.cpu ?? "?"} vCPUs, ${gigabytes(capacity.memory)}, ${gigabytes(capacity["ephemeral-storage"])} of disk`;
}

/** The first of many. */
function shortened(texts: readonly string[]): string {
  const shown = texts.slice(0, 5).join("; ");
  return texts.length > 5 ? `${shown}; and ${texts.length - 5} more` : shown;
}

/** Whether nodes come when pods ask for them: with Karpenter, EKS Auto Mode, GKE Autopilot. */
async function growsOnDemand({ kubernetes }: Look): Promise<boolean> {
  if (/-gke\./.test(kubernetes.version)) return true;
  const group = await kubernetes.get("/apis/karpenter.sh").catch(() => undefined);
  return group !== undefined;
}

function asWarning(finding: PreflightFinding): PreflightFinding {
  return {
    ...finding,
    severity: "warning",
    hint: "this cluster can add nodes when pods ask for them; if none comes, see its autoscaler",
  };
}
