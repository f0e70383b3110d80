import { stringify } from "yaml";
import type { ClusterEvent } from "./events.ts";
import { type Condition, type LiveObject, nameOf } from "./model.ts";

/**
 * An object's state for a person to read, as `kubectl describe` would put it. Names, images, resources and what the
 * cluster reports; never environment variables, arguments or data, in which secrets may stand.
 */
export function describeObject(object: LiveObject): string {
  const { conditions = [], ...status } = (object.status ?? {}) as { conditions?: Condition[] };
  const parts = [
    nameOf(object),
    ...(object.kind === "Pod" ? [podSpec(object)] : []),
    ...(conditions.length > 0 ? [`conditions:\n${conditions.map(conditionLine).join("\n")}`] : []),
    `status:\n${indent(stringify(status).trimEnd())}`,
  ];
  return `${parts.join("\n")}\n`;
}

function podSpec(pod: LiveObject): string {
  const spec = (pod.spec ?? {}) as {
    nodeName?: string;
    nodeSelector?: object;
    serviceAccountName?: string;
    imagePullSecrets?: { name: string }[];
    containers?: Container[];
    initContainers?: Container[];
  };
  return indent(
    stringify({
      node: spec.nodeName ?? "none yet",
      ...(spec.nodeSelector ? { nodeSelector: spec.nodeSelector } : {}),
      serviceAccount: spec.serviceAccountName ?? "default",
      pullSecrets: (spec.imagePullSecrets ?? []).map(({ name }) => name),
      containers: [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map(
        ({ name, image, resources = {} }) => ({ name, image, resources }),
      ),
    }).trimEnd(),
  );
}

interface Container {
  name: string;
  image: string;
  resources?: object;
}

function conditionLine({ type, status, reason, message }: Condition): string {
  return `  ${[`${type}=${status}`, reason, message].filter(Boolean).join("  ")}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}

/** One event a line, oldest first. */
export function describeEvents(events: readonly ClusterEvent[]): string {
  return events
    .map(({ last, type, reason, about, message, count }) => {
      const times = count > 1 ? ` (${count} times)` : "";
      return `${last}  ${type}  ${reason}  ${about.kind.toLowerCase()}/${about.name}  ${message}${times}\n`;
    })
    .join("");
}
