import { nearestName } from "../../../yaml/nearest.ts";
import type { Entry, Hit, LintRelease, Rule } from "../../model.ts";

/** Keys that every chart, or Helm itself, knows. */
const COMMON = new Set(["global", "nameOverride", "fullnameOverride", "namespaceOverride"]);

/** Spellings of other charts for what ClearML's charts call otherwise. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  className: "ingressClassName",
  host: "hostName",
  hosts: "hostName",
  tls: "tlsSecretName",
  env: "extraEnvs",
  envs: "extraEnvs",
  extraEnv: "extraEnvs",
  extraEnvVars: "extraEnvs",
  replicas: "replicaCount",
  imagePullSecrets: "existingImagePullSecrets",
  extraImagePullSecrets: "existingImagePullSecrets",
  existingImagePullSecrets: "extraImagePullSecrets",
};

export const unknownKey: Rule = {
  id: "L24",
  slug: "unknown-key",
  severity: "info",
  about: "The chart is not known to read this key, and Helm ignores unknown keys without a word.",
  *check(release) {
    for (const entry of release.entries) {
      if (!entry.unknown || isHelperKey(entry)) continue;
      yield hitFor(release, entry, entry.unknown);
    }
  },
};

/** A top-level key that other charts share, or that only holds an anchor for the rest of the file. */
function isHelperKey({ layer, path }: Entry): boolean {
  if (path.length > 1) return false;
  if (COMMON.has(String(path[0]))) return true;
  return layer.source.isAnchored([...layer.path, ...path]);
}

/**
 * The lists of a closed chart's keys are incomplete by nature: only a near miss of a known key is surely wrong.
 */
function hitFor(release: LintRelease, entry: Entry, unknown: NonNullable<Entry["unknown"]>): Hit {
  const key = String(entry.path.at(-1));
  const path = entry.path.join(".");
  const at = entry.at("key");
  const alike = LOOK_ALIKES[key];
  const nearest =
    alike !== undefined && unknown.known.includes(alike)
      ? alike
      : nearestName(
          key,
          unknown.known.filter((each) => each !== "*"),
        );
  if (nearest) {
    return {
      message: `unknown key \`${path}\``,
      hint: `did you mean \`${nearest}\`?`,
      severity: unknown.closed ? "error" : "warning",
      at,
    };
  }
  const versions = release.definition.values.find((rule) => `${rule.path}.`.startsWith(`${path}.`))?.versions;
  if (versions) {
    return {
      message: `\`${path}\` is not read by version ${release.version}`,
      hint: `it belongs to versions ${versions}`,
      severity: "warning",
      at,
    };
  }
  if (unknown.closed) {
    const known = unknown.known.join(", ");
    return { message: `unknown key \`${path}\``, hint: `known here: ${known}`, severity: "error", at };
  }
  return { message: `\`${path}\` is not among the known keys of ${release.id}`, at };
}
