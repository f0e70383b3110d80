import { type Problem, UserError } from "../../core/errors.ts";
import type { Gpu } from "../model.ts";
import type { AskedNode } from "../session.ts";

type NodeWithGpus = Pick<AskedNode, "name" | "gpus">;

/**
 * The UUIDs of the GPUs that the `gpus` input means.
 * @param lines indexes, which every node has to have, UUIDs and bus ids; also several in a line with commas, as
 *   nvidia-smi takes them; none means all GPUs
 * @throws UserError for what no node has, or what is neither
 */
export function chooseGpus(nodes: readonly NodeWithGpus[], lines: readonly string[]): ReadonlySet<string> {
  const wanted = lines.flatMap((line) => line.split(",").map((each) => each.trim()));
  const all = nodes.flatMap(({ gpus }) => gpus);
  if (wanted.length === 0) return new Set(all.map(({ uuid }) => uuid));
  const problems = wanted.flatMap((each) => problemOf(each, nodes) ?? []);
  if (problems.length > 0) throw new UserError(problems);
  return new Set(all.filter((gpu) => wanted.some((each) => isMeant(gpu, each))).map(({ uuid }) => uuid));
}

function problemOf(wanted: string, nodes: readonly NodeWithGpus[]): Problem | undefined {
  const form = formOf(wanted);
  if (form === undefined) {
    return {
      message: `input \`gpus\`: \`${wanted}\` is no index, UUID or bus id of a GPU`,
      hint: "write one per line, as `nvidia-smi -L` shows them, such as `0` or `GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f`",
    };
  }
  const without = nodes.filter(({ gpus }) => !gpus.some((gpu) => isMeant(gpu, wanted)));
  if (form !== "index" && without.length < nodes.length) return undefined;
  const [first] = without;
  if (!first) return undefined;
  const names = without.map(({ name }) => name).join(", ");
  return {
    message: `input \`gpus\`: ${names} ${without.length === 1 ? "has" : "have"} no GPU \`${wanted}\``,
    hint: `${first.name} has ${first.gpus.map(({ index, uuid }) => `${index} (${uuid})`).join(", ") || "none"}`,
  };
}

function formOf(wanted: string): "index" | "uuid" | "bus" | undefined {
  if (/^\d{1,3}$/.test(wanted)) return "index";
  if (/^GPU-[0-9a-f-]+$/i.test(wanted)) return "uuid";
  return /^([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.\d$/i.test(wanted) ? "bus" : undefined;
}

function isMeant({ index, uuid, bus }: Gpu, wanted: string): boolean {
  const form = formOf(wanted);
  if (form === "index") return index === Number(wanted);
  if (form === "uuid") return uuid.toLowerCase() === wanted.toLowerCase();
  // The domain is written with four digits, with eight, or not at all.
  return shortBus(bus) === shortBus(wanted);
}

function shortBus(bus: string): string {
  const [, domain = "0", rest = ""] = /^(?:([0-9a-f]+):)?([0-9a-f]{2}:[0-9a-f]{2}\.\d)$/i.exec(bus) ?? [];
  return `${Number.parseInt(domain, 16)}:${rest.toLowerCase()}`;
}
