import { isMap } from "../../../overrides/merge.ts";
import { valueAt } from "../../../overrides/values.ts";
import { pathInFile, writtenAt } from "../../facts/entry-text.ts";
import { soundsSecret } from "../../facts/secret-names.ts";
import type { Entry, Fix, Hit, Rule } from "../../model.ts";

/** Maps whose values Kubernetes wants as text. */
const TEXT_MAP = /(?:^|[a-z])(?:labels|annotations|selector)$|^matchLabels$/i;
/** Keys whose values are names or versions, also where they look like numbers. */
const NAME_KEY = /(?:tag|version|revision|name|id|uuid|key|password|username|token)$/i;
/** Keys whose octal values are meant: the modes of files. */
const MODE_KEY = /mode|mask/i;
const OCTAL = /^[-+]?0[0-7_]+$/;

export const yamlTypeSurprise: Rule = {
  id: "Y4",
  slug: "yaml-type-surprise",
  severity: "warning",
  about:
    "YAML 1.1 reads a key or value as something else than its text: `on` as true, `1.10` as 1.1, 0777 as 511.",
  why: "Helm reads YAML 1.1, where `yes`, `no`, `on`, `off`, `y` and `n` are booleans and a number with a leading zero is octal. A key becomes another key, a version loses its last zero, and Kubernetes refuses labels, node selectors and environment variables that are not text. Put quotes around it.",
  fixable: true,
  *check({ entries }) {
    for (const entry of entries) {
      yield* surprisingKey(entry);
      if (typeof entry.value === "number" || typeof entry.value === "boolean") yield* surprisingValue(entry);
    }
  },
};

/** A key that is not the text that stands there. */
function* surprisingKey(entry: Entry): Generator<Hit> {
  const key = entry.path.at(-1);
  if (typeof key !== "string" || !/^(?:true|false|[\d.]+|)$/.test(key)) return;
  const { source } = entry.layer;
  const at = entry.at("key");
  const written = writtenAt(source, at);
  if (written === undefined || !/^[\w~.+-]+$/.test(written) || written.toLowerCase() === key) return;
  const hint = `write it in quotes: "${written}"`;
  if (key === "") {
    const message = `\`${written}\` as a key is nothing at all, and Helm refuses the file`;
    yield { message, hint, severity: "error", at };
    return;
  }
  const change = { source, kind: "rename", path: pathInFile(entry), to: written } as const;
  const fix: Fix = { description: "put the key in quotes", changes: [change] };
  yield { message: `the key \`${written}\` is read as \`${key}\``, hint, at, fix };
}

function* surprisingValue(entry: Entry): Generator<Hit> {
  const { source } = entry.layer;
  const at = entry.at();
  const written = writtenAt(source, at);
  if (written === undefined || !/^[\w.+-]+$/.test(written)) return;
  const reason = surprise(entry, written);
  if (reason === undefined) return;
  const isShown = !entry.rule?.secret && !soundsSecret(nameOf(entry));
  const change = { source, kind: "value", path: pathInFile(entry), to: written } as const;
  const isOctal = OCTAL.test(written);
  yield {
    message: `${isShown ? `\`${written}\`` : "the value"} ${reason}`,
    hint: `write it ${isOctal ? "without the zero, or in quotes" : "in quotes"}${isShown && !isOctal ? `: "${written}"` : ""}`,
    at,
    ...(isShown && !isOctal ? { fix: { description: "put the value in quotes", changes: [change] } } : {}),
  };
}

function surprise({ path, rule, value }: Entry, written: string): string | undefined {
  const key = String(path.at(-1));
  // Where the chart wants a text, another rule says so.
  if (rule?.type === "string") return undefined;
  if (typeof value === "number" && OCTAL.test(written) && !MODE_KEY.test(key))
    return "has a leading zero and is read as an octal number";
  if (rule) return undefined;
  if (isTextPlace(path)) return `is read as a ${typeof value}, and Kubernetes wants text here`;
  if (typeof value === "number" && NAME_KEY.test(key) && written !== String(value))
    return "is read as a number, which is not the same text";
  return undefined;
}

/** A label, an annotation, a node selector, or the value of an environment variable. */
function isTextPlace(path: Entry["path"]): boolean {
  const [list, parent, key] = path.slice(-3);
  if (key === "value" && typeof parent === "number") return /env/i.test(String(list));
  // A switch stands in any map.
  return typeof key === "string" && key !== "enabled" && TEXT_MAP.test(String(parent ?? ""));
}

/** The name of the variable for the value of one, else the key. */
function nameOf({ layer, path }: Entry): string {
  const item = valueAt(layer.value, path.slice(0, -1));
  return path.at(-1) === "value" && isMap(item) ? String(item.name ?? "") : String(path.at(-1));
}
