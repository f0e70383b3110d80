import { hasPath } from "../../../overrides/values.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import { nameAt } from "../../facts/settings.ts";
import type { Fix, Rule, Variable } from "../../model.ts";

/** Parts of settings that do begin with an underscore. */
const UNDERSCORED = /^_(default|elastic|mongo|tasks|redis|log)/i;

export const envPrefixTypo: Rule = {
  id: "L39",
  slug: "env-prefix-typo",
  severity: "warning",
  about: "A setting's variable with too few or too many underscores: it is not read, or sets something else.",
  why: "Settings begin with `CLEARML__`, in capitals, and their parts are joined by two underscores. With one underscore the variable is not a setting at all; with three, the next part begins with an underscore; at the end they are dropped. Nothing says so: the setting keeps its default.",
  components: ["control-plane"],
  fixable: true,
  *check({ variables }) {
    for (const variable of variables) {
      const [place] = variable.item.path;
      const found =
        place === "apiserver" || place === "fileserver"
          ? wrongName(variable.name)
          : wrongWebName(variable.name);
      if (!found) continue;
      yield {
        message: `\`${variable.name}\`: ${found.reason}`,
        hint: `did you mean \`${found.meant}\`?`,
        at: nameAt(variable),
        ...(found.isSafe ? renamed(variable, found.meant) : {}),
      };
    }
  },
};

interface Found {
  reason: string;
  meant: string;
  isSafe?: true;
}

function wrongName(name: string): Found | undefined {
  if (/^(clearml|trains)__/i.test(name) && !/^(CLEARML|TRAINS)__/.test(name)) {
    const meant = name.replace(/^[a-z]+__/i, (prefix) => prefix.toUpperCase());
    return { reason: "the prefix is in capitals, other names are not read", meant, isSafe: true };
  }
  // `CLEARML_REDIS_SERVICE_HOST` and the like are variables of their own.
  if (/^(CLEARML|TRAINS)_[a-z]/.test(name) || /^(CLEARML|TRAINS)_[^_].*__/.test(name))
    return {
      reason: "one underscore after the prefix, so it is no setting and not read",
      meant: name.replace("_", "__"),
      isSafe: true,
    };
  const rest = /^(?:CLEARML|TRAINS)__(.*)$/.exec(name)?.[1];
  if (rest === undefined) return undefined;
  if (/[^_]_+$/.test(rest) && rest.endsWith("__"))
    return { reason: "the underscores at the end are dropped", meant: name.replace(/_+$/, ""), isSafe: true };
  const parts = rest.split("__");
  if (parts.slice(0, -1).some((part) => part === ""))
    return { reason: "four underscores make an empty part", meant: name.replaceAll(/_{3,}/g, "__") };
  if (parts.some((part) => part.startsWith("_") && !UNDERSCORED.test(part)))
    return {
      reason: "three underscores make a part that begins with one",
      meant: name.replaceAll(/_{3,}/g, "__"),
    };
  return undefined;
}

function wrongWebName(name: string): Found | undefined {
  if (!/^WEBSERVER_[a-z]/.test(name)) return undefined;
  return {
    reason: "one underscore after the prefix, so it is no setting and not read",
    meant: name.replace("_", "__"),
    isSafe: true,
  };
}

function renamed({ item }: Variable, to: string): { fix: Fix } | undefined {
  if (!hasPath(item.value, ["name"])) return undefined;
  const { source } = item.layer;
  const change = { source, kind: "value", path: [...pathInFile(item), "name"], to } as const;
  return { fix: { description: `rename it to \`${to}\``, changes: [change] } };
}
