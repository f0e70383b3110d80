import { findPlaceholders } from "../../../overrides/placeholders.ts";
import type { YamlSource } from "../../../yaml/source.ts";
import { scalarLocator } from "../../commands/commands.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import { placeholderIn } from "../../facts/leftover.ts";
import { looksRandom } from "../../facts/secret-names.ts";
import { isPublished } from "../../facts/secrets.ts";
import { configSettings } from "../../facts/settings.ts";
import type { Entry, Hit, Rule } from "../../model.ts";

/** What a setting with a secret is called. */
const SECRET_KEY = /(^|[._])(password|passwd|pass|secret|secret_key|token|api_key|account_key|sas_token)$/i;

/** `password = "…"`, `export SECRET_KEY=…` within a text of several lines that is not HOCON. */
const ASSIGNMENT =
  /\b([\w.-]*(?:password|passwd|secret|secret_key|access_key|token|api_key))["']?\s*[:=]\s*["']?([^\s"'#,;}\]]+)/gi;

/** A comment that keeps an old key: `# agentk8sglueSecret: …`. */
const COMMENT = /^\s*#\s*[\w.-]*(?:password|secret|token|key):\s*["']?([^\s"']+)["']?\s*$/i;

export const secretInText: Rule = {
  id: "L150",
  slug: "secret-in-text",
  severity: "error",
  about: "A secret stands within a longer text or in a comment, where nothing replaces or masks it.",
  why: "Configuration files in `additionalConfigs` or `clearmlConfig` become a ConfigMap that everybody in the namespace may read, scripts become part of the Pod, and comments stay in the repository's history. Put `${NAME}` of a secret there, or use the chart's `existing…Secret`.",
  *check({ entries, layers }) {
    for (const entry of entries) {
      if (typeof entry.value !== "string" || entry.leftover || entry.rule?.secret) continue;
      if (isHocon(entry)) yield* inSettings(entry);
      else if (entry.value.includes("\n")) yield* inLines(entry, entry.value);
    }
    for (const source of new Set(layers.map((layer) => layer.source))) yield* inComments(source);
  },
};

function isHocon({ path }: Entry): boolean {
  return path.at(-1) === "clearmlConfig" || (path.at(-2) === "additionalConfigs" && path[0] === "apiserver");
}

/** Fixed users have a rule of their own. */
function* inSettings(entry: Entry): Generator<Hit> {
  for (const { path, text, at } of configSettings(entry)) {
    const literal = text.replace(/^"(.*)"$/s, "$1");
    if (path.includes("fixed_users") || !SECRET_KEY.test(path.at(-1) ?? "") || !isLiteral(literal)) continue;
    yield found(`\`${path.join(".")}\``, entry, at);
  }
}

function* inLines(entry: Entry, text: string): Generator<Hit> {
  const locate = scalarLocator(entry.layer.source, pathInFile(entry), text);
  for (const match of text.matchAll(ASSIGNMENT)) {
    const [all, name = "", value = ""] = match;
    if (!isLiteral(value) || !looksRandom(value)) continue;
    const end = match.index + all.length;
    yield found(`\`${name}\``, entry, locate(end - value.length, end));
  }
}

function found(what: string, { path }: Entry, at: Hit["at"]): Hit {
  return {
    message: `${what} within \`${path.join(".")}\` holds a secret in clear text`,
    hint: "write `${NAME}` of a secret in its place, or give the file as an existing Secret",
    at,
  };
}

/** Neither a placeholder nor empty, a switch or a number, nor what is published and reported as that. */
function isLiteral(text: string): boolean {
  if (text.length < 4 || /^(true|false|null|none|\d+)$/i.test(text) || isPublished(text, true)) return false;
  return findPlaceholders(text).length === 0 && !/[$<>]/.test(text) && placeholderIn(text) === undefined;
}

function* inComments(source: YamlSource): Generator<Hit> {
  if (!source.text.includes("#")) return;
  let offset = 0;
  for (const line of source.text.split("\n")) {
    const text = line.includes("#") ? COMMENT.exec(line)?.[1] : undefined;
    if (text !== undefined && isLiteral(text) && looksRandom(text)) {
      const start = offset + line.lastIndexOf(text);
      yield {
        message: "a comment keeps what looks like a secret",
        hint: "delete the comment, and make a new secret: this one is in the history",
        severity: "warning",
        at: source.locateRange(start, start + text.length),
      };
    }
    offset += line.length + 1;
  }
}
