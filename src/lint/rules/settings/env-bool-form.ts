import { typeOfBare } from "../../../hocon/value.ts";
import { ownEntry } from "../../../overrides/values.ts";
import { writes } from "../../facts/entry-at.ts";
import { type Setting, settingsOf } from "../../facts/settings.ts";
import type { Hit, Rule } from "../../model.ts";

/** What people write for true and false. */
const WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

export const envBoolForm: Rule = {
  id: "L36",
  slug: "env-bool-form",
  severity: "warning",
  about:
    "A switch whose value is a text: every text that is not empty counts as true, also `false` in quotes.",
  why: 'HOCON knows `true` and `false`. `yes`, `off` and `"false"` in inner quotes are texts, and Python takes every text for true: the switch is on whatever it says. Write `"true"` or `"false"` with YAML quotes only.',
  components: ["control-plane"],
  fixable: true,
  *check(release) {
    for (const setting of settingsOf(release)) {
      const hit = setting.type === "boolean" ? wrongSwitch(setting) : undefined;
      if (hit) yield { ...hit, at: setting.entry.at() };
    }
  },
};

function wrongSwitch(setting: Setting): Omit<Hit, "at"> | undefined {
  const { value, name, text } = setting;
  if (value.kind === "list" || value.kind === "object")
    return {
      message: `\`${name}\` is a switch, not a ${value.kind === "list" ? "list" : "map"}`,
      hint: HINT,
    };
  if ((value.kind !== "bare" && value.kind !== "quoted") || value.text === "") return undefined;
  const word = value.text.trim().toLowerCase();
  const type = value.kind === "quoted" ? "string" : typeOfBare(value.text);
  if (type === "boolean") {
    // `True` is what Python writes; anything else is read as well, but nobody expects it.
    if (/^([tT]rue|[fF]alse)$/.test(value.text)) return undefined;
    return {
      message: `\`${name}\`: \`${text}\` is an unusual way to write it`,
      hint: HINT,
      severity: "info",
      ...fixOf(setting, word),
    };
  }
  if (type === "number" && /^[01]$/.test(value.text))
    return {
      message: `\`${name}\`: ${value.text} is a number that counts as ${value.text === "1"}`,
      hint: HINT,
      severity: "info",
    };
  if (type === "null") return undefined;
  return {
    message: `\`${name}\`: ${text} is a text for HOCON, and every text counts as true`,
    hint: HINT,
    ...fixOf(setting, word),
  };
}

const HINT = 'write `"true"` or `"false"`';

function fixOf({ entry }: Setting, word: string): Pick<Hit, "fix"> {
  const means = ownEntry(WORDS, word);
  if (means === undefined || String(entry.value).includes("${")) return {};
  return { fix: writes(entry, String(means), `write \`${means}\``) };
}
