import { pathInFile } from "../../facts/entry-text.ts";
import type { Entry, Fix, Rule } from "../../model.ts";

/** Where a quote was meant: at the ends of a text. Inside of prose, curly quotes are fine. */
const AT_ENDS = /^[\u201c\u201d\u2018\u2019]|[\u201c\u201d\u2018\u2019]$/;
const AROUND = /^[\u201c\u201d\u2018\u2019]([^\u201c\u201d\u2018\u2019\n]*)[\u201c\u201d\u2018\u2019]$/;

export const curlyQuotes: Rule = {
  id: "L04",
  slug: "curly-quotes",
  severity: "error",
  about: "Typographic quotes are ordinary characters to YAML and HOCON: they become part of the value.",
  why: 'Word processors and web pages turn `"` into “ and ”. YAML does not know them as quotes, so they are sent to the server with the text: a password is wrong, an e-mail address is refused, the items of a list carry quotes. Write the quotes of the keyboard.',
  fixable: true,
  *check({ entries, variables }) {
    const settings = new Set(variables.map((variable) => variable.value));
    for (const entry of entries) {
      if (typeof entry.value !== "string") continue;
      const found = AT_ENDS.test(entry.value) || (settings.has(entry) && /[\u201c\u201d]/.test(entry.value));
      if (!found) continue;
      const fix = entry.rule?.secret ? undefined : asciiQuotes(entry, entry.value);
      yield {
        message: "the value holds typographic quotes, which become part of it",
        hint: "write \" or ' instead",
        at: entry.at(),
        ...(fix ? { fix } : {}),
      };
    }
  },
};

/** A text that is put in such quotes as a whole was meant to be in YAML's. */
function asciiQuotes(entry: Entry, value: string): Fix | undefined {
  const inner = AROUND.exec(value)?.[1];
  if (inner === undefined) return undefined;
  const change = { source: entry.layer.source, kind: "value", path: pathInFile(entry), to: inner } as const;
  return { description: "write plain quotes", changes: [change] };
}
