import { ownEntry } from "../../../overrides/values.ts";
import { nearestName } from "../../../yaml/nearest.ts";
import { onlyNearest, type UnknownKey, unknownKeys } from "../../facts/known-keys.ts";
import { LOOK_ALIKES } from "../../facts/look-alikes.ts";
import type { Hit, LintRelease, Rule } from "../../model.ts";

export const unknownKey: Rule = {
  id: "L24",
  slug: "unknown-key",
  severity: "info",
  about: "The chart is not known to read this key, and Helm ignores unknown keys without a word.",
  why: "Helm hands every key to the chart, and the chart reads those it knows: a misspelt key changes nothing, and the default stays in force without a message. Where the chart is at hand (a folder, a .tgz, Helm's cache), its default values, its schema and its templates decide. Otherwise a list of the publicly known keys does, and as that list has gaps, only a near miss of a known key is a warning. Correct the key, or remove it.",
  fixable: true,
  *check(release) {
    for (const unknown of unknownKeys(release)) if (!unknown.belongs) yield hitFor(release, unknown);
  },
};

function hitFor(release: LintRelease, unknown: UnknownKey): Hit {
  const { entry, known, closed, certain } = unknown;
  const path = entry.path.join(".");
  const at = entry.at("key");
  const nearest = nearestOf(String(entry.path.at(-1)), known);
  if (nearest) {
    return {
      message: `unknown key \`${path}\``,
      hint: `did you mean \`${nearest}\`?`,
      severity: closed ? "error" : "warning",
      at,
      ...renamed(unknown),
    };
  }
  const versions = release.definition.values.find((rule) => `${rule.path}.`.startsWith(`${path}.`))?.versions;
  if (versions && !certain) {
    return {
      message: `\`${path}\` is not read by version ${release.version}`,
      hint: `it belongs to versions ${versions}`,
      severity: "warning",
      at,
    };
  }
  if (closed) {
    return {
      message: `unknown key \`${path}\``,
      hint: `known here: ${known.join(", ")}`,
      severity: "error",
      at,
    };
  }
  if (!certain) return { message: `\`${path}\` is not among the known keys of ${release.id}`, at };
  const { contents } = release;
  return {
    message: `chart ${contents?.name} ${contents?.version} reads no key \`${path}\``,
    hint: known.length > 0 ? `known here: ${shortList(known)}` : "remove it",
    severity: "warning",
    at,
  };
}

function nearestOf(key: string, known: readonly string[]): string | undefined {
  const alike = ownEntry(LOOK_ALIKES, key);
  return alike !== undefined && known.includes(alike) ? alike : nearestName(key, known);
}

/** The repair, where one key alone can have been meant and does not stand there already. */
function renamed({ entry, known }: UnknownKey): Pick<Hit, "fix"> {
  const { layer, path } = entry;
  const nearest = onlyNearest(String(path.at(-1)), known);
  if (!nearest || layer.source.document.hasIn([...layer.path, ...path.slice(0, -1), nearest])) return {};
  const change = {
    source: layer.source,
    kind: "rename",
    path: [...layer.path, ...path],
    to: nearest,
  } as const;
  return { fix: { description: `rename the key to \`${nearest}\``, changes: [change] } };
}

function shortList(known: readonly string[]): string {
  const shown = known.slice(0, 12).join(", ");
  return known.length > 12 ? `${shown} and ${known.length - 12} more` : shown;
}
