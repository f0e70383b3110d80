import { type Call, callsOf } from "../../commands/calls.ts";
import type { Hit, Rule } from "../../model.ts";

const LABEL = "cdmo.clear.ml/gpu-partitioning";
const VALUE = "mig";

export const cdmoLabel: Rule = {
  id: "L130",
  slug: "cdmo-label",
  severity: "warning",
  about: "The label that hands a node to the dynamic MIG operator is misspelt, or given to every node.",
  why: "The operator (CDMO) partitions the GPUs of nodes labelled exactly `cdmo.clear.ml/gpu-partitioning=mig` and of no others. With another name or value nothing happens and pods stay pending; on a node whose GPUs are not all in MIG mode it fails. Label the nodes whose GPUs all report MIG enabled, one by one or by a selector.",
  *check({ entries }) {
    for (const { path, text, leftover, at } of entries) {
      const name = String(path.at(-1));
      if (!name.startsWith("cdmo.clear.ml/") || leftover || text === undefined) continue;
      const hit = wrongLabel(name, text);
      if (hit) yield { ...hit, at: at(name === LABEL ? "value" : "key") };
    }
  },
  *checkCommands(commands) {
    for (const call of callsOf(commands)) {
      if (call.program === "kubectl" && call.args.some(({ text }) => text === "label")) yield* labelsIn(call);
    }
  },
};

function* labelsIn(call: Call): Generator<Hit> {
  for (const word of call.args) {
    const [, name, value] = /^(cdmo\.clear\.ml\/[^=]+)=(.*)$/.exec(word.text) ?? [];
    if (name === undefined || value === undefined || /[$<]/.test(value)) continue;
    const hit = wrongLabel(name, value);
    const all = call.args.find(({ text }) => text === "--all");
    if (hit) yield { ...hit, at: call.at(word) };
    else if (all) {
      yield {
        message: "this labels every node, also those without GPUs in MIG mode",
        hint: "name the nodes, or select them with `-l`",
        at: call.at(all),
      };
    }
  }
}

function wrongLabel(name: string, value: string): Omit<Hit, "at"> | undefined {
  if (name !== LABEL && !/^cdmo\.clear\.ml\/(gpu|mig|part)/i.test(name)) return undefined;
  if (name === LABEL && value === VALUE) return undefined;
  return {
    message: `\`${name}=${value}\` is no label that CDMO knows`,
    hint: `write \`${LABEL}=${VALUE}\``,
  };
}
