import { type Call, callsOf } from "../../commands/calls.ts";
import type { Word } from "../../commands/shell.ts";
import type { Hit, Rule } from "../../model.ts";

/** Commands that log in, and what they call the password. */
const LOGINS: readonly {
  program: RegExp;
  words: readonly string[];
  options: readonly string[];
  hint: string;
}[] = [
  {
    program: /^helm$/,
    words: ["registry", "login"],
    options: ["--password", "-p"],
    hint: 'write `--password-stdin` and feed it: `printf %s "$TOKEN" | helm registry login … --password-stdin`',
  },
  {
    program: /^helm$/,
    words: ["repo", "add"],
    options: ["--password"],
    hint: 'write `--password-stdin` and feed it: `printf %s "$TOKEN" | helm repo add … --password-stdin`',
  },
  {
    program: /^helm$/,
    words: [],
    options: ["--password"],
    hint: "log in first, with `helm registry login … --password-stdin`",
  },
  {
    program: /^(docker|podman|nerdctl|oras|skopeo|crane)$/,
    words: ["login"],
    options: ["--password", "-p"],
    hint: 'write `--password-stdin` and feed it: `printf %s "$TOKEN" | docker login … --password-stdin`',
  },
];

export const tokenOnCommandLine: Rule = {
  id: "L65",
  slug: "token-on-command-line",
  severity: "warning",
  about: "A password is an argument of a command, where process lists and traces of the shell show it.",
  why: "Every user of the machine can read the arguments of a running process, `set -x` prints them, and an error message may repeat them. That holds for `$TOKEN` too: the shell puts the value in its place. Use `--password-stdin`, or let the setup action of this toolkit log in.",
  *checkCommands(commands) {
    for (const call of callsOf(commands)) yield* passwordsIn(call);
  },
};

function* passwordsIn(call: Call): Generator<Hit> {
  const login = LOGINS.find(
    ({ program, words }) =>
      program.test(call.program) && words.every((word, index) => call.args[index]?.text === word),
  );
  if (!login) return;
  for (const word of call.args) {
    const name = login.options.find((option) => isOption(word, option));
    if (name === undefined) continue;
    yield {
      message:
        `\`${call.program} ${login.words.join(" ")}\` gets a password as an argument, which process lists and logs show`.replace(
          "  ",
          " ",
        ),
      hint: login.hint,
      // Up to the option alone: what follows may be the secret.
      at: call.command.locate(word.start, word.start + name.length),
    };
  }
}

function isOption({ text }: Word, option: string): boolean {
  return text === option || text.startsWith(`${option}=`);
}
