import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import type { Kubernetes } from "../kubernetes/api.ts";
import { resourcePath } from "../kubernetes/objects.ts";
import type { Crashed } from "./model.ts";
import { readable } from "./surroundings.ts";

const PATIENCE_MS = 3_000;
const LINES = 5;
const LINE_LENGTH = 300;

/** The last lines a crashed container wrote; empty when its log cannot be read. */
export type LastLines = (crashed: Crashed) => Promise<readonly string[]>;

/** Reads the log of each crash once. */
export function createLastLines(kubernetes: Kubernetes, patienceMs = PATIENCE_MS): LastLines {
  const read = new Map<string, Promise<readonly string[]>>();
  return (crashed) => {
    const key = JSON.stringify(crashed);
    const lines = read.get(key) ?? lastLinesOf(kubernetes, crashed);
    read.set(key, lines);
    return atMost(patienceMs, lines);
  };
}

/** A node that is down does not answer for long; then there are no last lines this time. */
async function atMost(milliseconds: number, lines: Promise<readonly string[]>): Promise<readonly string[]> {
  const timer = new AbortController();
  const none = sleep(milliseconds, [], { signal: timer.signal }).catch(() => []);
  return Promise.race([lines, none]).finally(() => timer.abort());
}

async function lastLinesOf(kubernetes: Kubernetes, crashed: Crashed): Promise<readonly string[]> {
  const text = await readLog(kubernetes, crashed, { previous: crashed.previous, lines: 20 });
  return linesOf(text).slice(-LINES);
}

/** The end of a container's log; empty when it cannot be read. */
export async function readLog(
  kubernetes: Kubernetes,
  { namespace, pod, container }: Pick<Crashed, "namespace" | "pod" | "container">,
  { previous, lines }: { previous: boolean; lines: number },
): Promise<string> {
  const query = `container=${encodeURIComponent(container)}&previous=${previous}&tailLines=${lines}`;
  const path = `${resourcePath("v1", "Pod", namespace, pod)}/log?${query}`;
  const text = (await readable(kubernetes.text(path))) ?? "";
  // A kubelet that has removed the container says so with success.
  return /^unable to retrieve container logs for \S+$/.test(text.trim()) ? "" : text;
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n|\r/)
    .map((line) => printable(line).trimEnd())
    .filter((line) => line.trim() !== "")
    .map((line) => (line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH)}…` : line));
}

/** A line without colours, cursor moves and what a runner takes for commands. */
function printable(line: string): string {
  return stripVTControlCharacters(line)
    .replaceAll(/\p{Cc}/gu, " ")
    .replaceAll("##[", "## [");
}
