import { stripVTControlCharacters } from "node:util";
import type { Kubernetes } from "../../kubernetes/api.ts";
import { resourcePath } from "../../kubernetes/objects.ts";
import { RefusedError } from "../../kubernetes/refusals.ts";
import type { PodContainer } from "./containers.ts";
import { withoutSecrets } from "./without-secrets.ts";

const LINES = 400;
const LINE_LENGTH = 300;
const HOUR = 3600;

/** The last lines of a container's log, of the last hour at most, without secrets; empty where there is none (yet). */
export async function logTail(
  kubernetes: Kubernetes,
  { pod, container }: PodContainer,
  { previous }: { previous: boolean },
): Promise<string[]> {
  const { name, namespace } = pod.metadata;
  const query = `container=${encodeURIComponent(container.name)}&previous=${previous}&tailLines=${LINES}&sinceSeconds=${HOUR}`;
  const text = await kubernetes
    .text(`${resourcePath("v1", "Pod", namespace, name)}/log?${query}`)
    .catch(unlessNone);
  // A kubelet that has removed the container says so with success.
  return /^unable to retrieve container logs for \S+$/.test(text.trim()) ? [] : linesOf(text);
}

/** A container that has not started, or has no predecessor, is a bad request; a pod that is gone is not found. */
function unlessNone(thrown: unknown): string {
  if (thrown instanceof RefusedError && (thrown.status === 400 || thrown.status === 404)) return "";
  throw thrown;
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n|\r/)
    .map((line) =>
      stripVTControlCharacters(line)
        .replaceAll(/\p{Cc}/gu, " ")
        .trim(),
    )
    .filter((line) => line !== "")
    .map((line) => withoutSecrets(line))
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}
