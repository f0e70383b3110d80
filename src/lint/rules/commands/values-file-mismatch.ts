import { callsOf, parseArguments } from "../../commands/calls.ts";
import type { ShellCommand } from "../../commands/commands.ts";
import { chartOf, type HelmCall, helmCalls } from "../../commands/helm-calls.ts";
import type { Word } from "../../commands/shell.ts";
import type { Hit, Rule } from "../../model.ts";

interface NamedFile {
  name: string;
  command: ShellCommand;
  word: Word;
}

export const valuesFileMismatch: Rule = {
  id: "L13",
  slug: "values-file-mismatch",
  severity: "warning",
  about: "A script writes one values file or fetches one package, and hands Helm another.",
  why: "The file that was prepared is never used: Helm stops because the other name does not exist, or takes an older file that happens to lie there, without complaint. Use one name for each chart, such as `billing.yaml`, in both places.",
  *checkCommands(commands) {
    for (const ofFile of byFile(commands)) {
      const helm = helmCalls(ofFile);
      yield* unusedValues(ofFile, helm);
      yield* otherPackage(ofFile, helm);
    }
  },
};

function byFile(commands: readonly ShellCommand[]): ShellCommand[][] {
  return [...Map.groupBy(commands, ({ file }) => file).values()];
}

/** One values file written and never named, one named and never written. */
function* unusedValues(commands: readonly ShellCommand[], helm: readonly HelmCall[]): Generator<Hit> {
  const written = writtenFiles(commands);
  const mentions = mentionsOf(commands);
  // Only a file that nothing else mentions was surely meant for Helm.
  const unused = written.filter(({ name }) => mentions.get(name) === 1 && isValuesName(name));
  const [candidate] = unused;
  if (!candidate || unused.length > 1) return;
  const writtenNames = new Set(written.map(({ name }) => name));
  for (const { name, command, word } of helm.flatMap(valuesFilesOf)) {
    if (writtenNames.has(name) || !isValuesName(name)) continue;
    yield {
      message: `Helm gets \`${word.text}\`, but the file written here is \`${candidate.word.text}\``,
      hint: "use one name in both places",
      at: command.locate(word.start, word.end),
      related: [
        {
          at: candidate.command.locate(candidate.word.start, candidate.word.end),
          message: "the file that is written",
        },
      ],
    };
  }
}

function valuesFilesOf({ options, command }: HelmCall): NamedFile[] {
  return ["-f", "--values"].flatMap((name) =>
    (options.get(name) ?? []).flatMap(({ value }) =>
      value && isYamlName(value.text) ? [{ name: baseName(value.text), command, word: value }] : [],
    ),
  );
}

/** How often each name of a YAML file stands in the commands. */
function mentionsOf(commands: readonly ShellCommand[]): Map<string, number> {
  const mentions = new Map<string, number>();
  for (const { text } of commands) {
    for (const [name] of text.matchAll(/[\w.-]+\.ya?ml\b/g))
      mentions.set(name, (mentions.get(name) ?? 0) + 1);
  }
  return mentions;
}

/** Files that commands write: redirects and `tee`. */
function writtenFiles(commands: readonly ShellCommand[]): NamedFile[] {
  return commands.flatMap((command) =>
    command.stages.flatMap(({ words, redirects }) => {
      const tee = words[0]?.text === "tee" ? words.slice(1).filter(({ text }) => !text.startsWith("-")) : [];
      const targets = redirects
        .filter(({ operator }) => /^>[>|]?$/.test(operator))
        .map(({ target }) => target);
      return [...tee, ...targets]
        .filter(({ text }) => isYamlName(text))
        .map((word) => ({ name: baseName(word.text), command, word }));
    }),
  );
}

/** Names of values files: `overrides.yaml`, `values.override.yaml`, `agent-values.yml`. */
function isValuesName(name: string): boolean {
  return /values|overrides?/i.test(name);
}

/** A package of one version is installed, another is fetched in the same script. */
function* otherPackage(commands: readonly ShellCommand[], helm: readonly HelmCall[]): Generator<Hit> {
  const fetched = Map.groupBy(packagesFetched(commands), ({ name }) => packageOf(name)?.chart);
  for (const call of helm) {
    const chart = chartOf(call);
    const wanted = chart && packageOf(chart.text);
    const same = fetched.get(wanted?.chart) ?? [];
    const [other] = same;
    if (!chart || !other || same.some(({ name }) => packageOf(name)?.version === wanted?.version)) continue;
    yield {
      message: `\`${chart.text}\` is installed, but the package fetched here is \`${other.name}\``,
      hint: "use one version in both places",
      at: call.at(chart),
      related: [
        { at: other.command.locate(other.word.start, other.word.end), message: "the package fetched" },
      ],
    };
  }
}

const FETCHERS = new Set(["curl", "wget", "cp", "mv", "aws", "gsutil", "gh", "oras"]);

function packagesFetched(commands: readonly ShellCommand[]): NamedFile[] {
  return [...callsOf(commands)]
    .filter(({ program }) => FETCHERS.has(program))
    .flatMap(({ command, args }) => {
      const { options } = parseArguments(args, () => false);
      const values = [...options.values()].flat().flatMap(({ value }) => value ?? []);
      const words = [...args, ...values].filter(({ text }) => packageOf(baseName(text)) !== undefined);
      return words.map((word) => ({ name: baseName(word.text), command, word }));
    });
}

function packageOf(path: string): { chart: string; version: string } | undefined {
  const [, chart, version] = /^(.+?)-(v?\d+\.\d+\.\d+[\w.+-]*)\.tgz$/.exec(baseName(path)) ?? [];
  return chart && version ? { chart, version } : undefined;
}

function isYamlName(text: string): boolean {
  return /^[^$`<>]+\.ya?ml$/.test(text);
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
