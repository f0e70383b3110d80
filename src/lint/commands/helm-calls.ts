import { type Call, callsOf, type Option, parseArguments } from "./calls.ts";
import type { ShellCommand } from "./commands.ts";
import type { Word } from "./shell.ts";

/** One call of Helm. */
export interface HelmCall extends Call {
  /** `install`, `upgrade`, `repo add`, `registry login`, … */
  verb: string;
  /** Arguments behind the verb that are no options. */
  positionals: readonly Word[];
  options: ReadonlyMap<string, readonly Option[]>;
}

const TWO_WORDS = new Set(["repo", "registry", "get", "show", "dependency", "plugin", "search"]);

/** Options of Helm that take no value. */
const FLAGS = new Set([
  ...[
    "--install",
    "-i",
    "--create-namespace",
    "--wait",
    "--wait-for-jobs",
    "--atomic",
    "--rollback-on-failure",
  ],
  ...["--dry-run", "--debug", "--devel", "--force", "--force-update", "--force-replace", "--force-conflicts"],
  ...["--reuse-values", "--reset-values", "--reset-then-reuse-values", "--cleanup-on-fail", "--no-hooks"],
  ...["--skip-crds", "--include-crds", "--skip-tests", "--is-upgrade", "--validate", "--verify", "--untar"],
  ...["--generate-name", "-g", "--replace", "--dependency-update", "--render-subchart-notes", "--hide-notes"],
  ...[
    "--hide-secret",
    "--take-ownership",
    "--skip-schema-validation",
    "--disable-openapi-validation",
    "--insecure",
  ],
  ...[
    "--insecure-skip-tls-verify",
    "--pass-credentials",
    "--plain-http",
    "--no-update",
    "--allow-deprecated-repos",
  ],
  ...[
    "--password-stdin",
    "--enable-dns",
    "--server-side",
    "--help",
    "-h",
    "--subchart-notes",
    "--all",
    "-a",
    "-q",
  ],
]);

/** The calls of Helm in commands. */
export function helmCalls(commands: readonly ShellCommand[]): HelmCall[] {
  return [...callsOf(commands)].flatMap((call) => {
    if (call.program !== "helm" && call.program !== "helm.exe") return [];
    const { positionals, options } = parseArguments(call.args, (name) => FLAGS.has(name));
    const [first, second] = positionals.map(({ text }) => text);
    if (first === undefined) return [];
    const isTwo = TWO_WORDS.has(first) && second !== undefined;
    const verb = isTwo ? `${first} ${second}` : first;
    return [{ ...call, verb, positionals: positionals.slice(isTwo ? 2 : 1), options }];
  });
}

/** The first value given for an option by any of its names. */
export function optionOf(call: Pick<HelmCall, "options">, ...names: string[]): Option | undefined {
  return names.flatMap((name) => call.options.get(name) ?? [])[0];
}

/** The chart an install, upgrade, template or pull is about. */
export function chartOf(call: HelmCall): Word | undefined {
  const hasName =
    call.options.has("--generate-name") || call.options.has("-g") || call.options.has("--name-template");
  if (call.verb === "pull") return call.positionals[0];
  if (call.verb === "upgrade") return call.positionals[1];
  if (call.verb === "install" || call.verb === "template")
    return call.positionals.length === 1 && (hasName || call.verb === "template")
      ? call.positionals[0]
      : call.positionals[1];
  return undefined;
}
