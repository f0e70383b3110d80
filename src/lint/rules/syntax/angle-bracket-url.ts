import type { Path, YamlSource } from "../../../yaml/source.ts";
import { bracketedUrls } from "../../commands/chart-commands.ts";
import { pathInFile } from "../../facts/entry-text.ts";
import { environmentTexts } from "../../facts/environment-texts.ts";
import { isBracketedUrl } from "../../facts/leftover.ts";
import type { Hit, Rule } from "../../model.ts";

export const angleBracketUrl: Rule = {
  id: "L02",
  slug: "angle-bracket-url",
  severity: "error",
  about: "A URL stands in angle brackets, as Markdown prints it; Helm takes them literally.",
  why: "Markdown writes a link as `<https://…>`. Copied into a values file, the brackets become part of the address: Helm cannot read the repository, the gateway never reaches the API. Remove them.",
  fixable: true,
  *check({ entries }) {
    for (const entry of entries) {
      if (typeof entry.value === "string" && isBracketedUrl(entry.value))
        yield bracketed(entry.value, entry.layer.source, pathInFile(entry));
    }
  },
  *checkEnvironment(environment) {
    for (const { text, source, path, part } of environmentTexts(environment)) {
      if (part === "value" && isBracketedUrl(text)) yield bracketed(text, source, path);
    }
  },
  checkCommands: bracketedUrls,
};

function bracketed(text: string, source: YamlSource, path: Path): Hit {
  return {
    message: `the URL \`${text}\` is in angle brackets, which become part of it`,
    hint: "remove them",
    at: source.locate(path),
    fix: {
      description: "remove the angle brackets",
      changes: [{ source, kind: "value", path, to: text.trim().slice(1, -1) }],
    },
  };
}
