import { isSecretVariable } from "../../../catalogue/environment-variables.ts";
import { findPlaceholders } from "../../../overrides/placeholders.ts";
import { holdsToken, looksRandom, soundsSecret } from "../../facts/secret-names.ts";
import { isPublished } from "../../facts/secrets.ts";
import type { Entry, Rule } from "../../model.ts";

/** Keys that speak of a secret and hold the name of something, or where it is. */
const ABOUT =
  /(name|ref|path|file|dir|id|url|host|class|policy|provider|mount|volume|user|type|issuer)s?$|existing/i;

export const secretLikeValue: Rule = {
  id: "S4",
  slug: "secret-like-value",
  severity: "warning",
  about: "A value looks like a secret in clear text, though its key is not known as the place of one.",
  why: "What the chart does with the key is not known here, but its name speaks of a secret and the value looks made at random, or it has the form of a token or a private key. It is in the history of the repository now. Make a new one, list its name under `secrets:` in clearml.yaml and write `${NAME}` here.",
  *check({ entries, variables }) {
    const names = new Map(variables.flatMap(({ value, name }) => (value ? [[value, name] as const] : [])));
    for (const entry of entries) {
      const { value, rule } = entry;
      if (typeof value !== "string" || value.length < 16 || rule?.secret || entry.leftover) continue;
      const name = names.get(entry) ?? String(entry.path.at(-1));
      if (isSecretVariable(name) || findPlaceholders(value).length > 0 || isPublished(value, true)) continue;
      if (!holdsToken(value) && !isSecret(name, value, entry)) continue;
      yield {
        message: `\`${names.get(entry) ?? entry.path.join(".")}\` looks like a secret in clear text`,
        hint: "replace the secret, list its name under `secrets:` in clearml.yaml and write `${NAME}` here",
        at: entry.at(),
      };
    }
  },
};

function isSecret(name: string, value: string, { rule }: Entry): boolean {
  return (
    soundsSecret(name) &&
    !ABOUT.test(name) &&
    rule?.pattern === undefined &&
    looksRandom(value.replaceAll('"', ""))
  );
}
