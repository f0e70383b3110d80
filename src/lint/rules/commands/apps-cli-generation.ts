import { ownEntry } from "../../../overrides/values.ts";
import { type Call, callsOf } from "../../commands/calls.ts";
import type { Word } from "../../commands/shell.ts";
import type { Hit, Rule } from "../../model.ts";

/** Options of the scripts in the applications archive, by their generation. */
const SCRIPTS: Readonly<Record<string, { older: readonly string[]; newer: readonly string[] }>> = {
  "upload_apps.py": { older: ["--user", "--password"], newer: ["--key", "--secret", "--command"] },
  "convert_image_registry.py": { older: ["--repo"], newer: ["--artifactory"] },
};

export const appsCliGeneration: Rule = {
  id: "L137",
  slug: "apps-cli-generation",
  severity: "error",
  about: "A script of the applications archive gets options of two generations at once.",
  why: "Older archives log in with `--user` and `--password` and name the registry with `--repo`; newer ones take `--key`, `--secret` and `--command`, and `--artifactory`. No version of the scripts knows both, so the call ends with a usage message. Ask the script of your archive for `--help`, and use one set.",
  *checkCommands(commands) {
    for (const call of callsOf(commands)) yield* mixed(call);
  },
};

function* mixed(call: Call): Generator<Hit> {
  const options = ownEntry(SCRIPTS, call.program);
  if (!options) return;
  const given = (names: readonly string[]): Word[] =>
    call.args.filter(({ text }) => names.includes(text.replace(/=.*$/s, "")));
  const [older, newer] = [given(options.older)[0], given(options.newer)[0]];
  if (older && newer) {
    yield {
      message: `\`${nameOf(older)}\` and \`${nameOf(newer)}\` belong to different versions of ${call.program}`,
      hint: "ask the script for `--help`, and use the options of one",
      at: at(call, newer),
      related: [{ at: at(call, older), message: "the option of the older version" }],
    };
  } else if (
    newer &&
    call.program === "upload_apps.py" &&
    !call.args.some(({ text }) => /^--command\b/.test(text))
  ) {
    yield {
      message: "upload_apps.py with `--key` and `--secret` needs to be told what to do",
      hint: "add `--command upload`",
      at: at(call, newer),
    };
  }
}

function nameOf({ text }: Word): string {
  return text.replace(/=.*$/s, "");
}

/** The place of the option's name: what follows may be a secret. */
function at(call: Call, word: Word) {
  return call.command.locate(word.start, word.start + nameOf(word).length);
}
