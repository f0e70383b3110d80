import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import { errorMessage, UserError } from "../core/errors.ts";
import type { Exec } from "../core/exec.ts";
import type { Environment } from "../environment/model.ts";
import { fileNames } from "../environment/names.ts";
import { type Changes, SAFE_GIT } from "../lint/scope/git.ts";
import { isMap } from "../overrides/merge.ts";
import { replacePlaceholders } from "../overrides/placeholders.ts";
import { matchesPath, parseGlob } from "../yaml/glob.ts";
import { parseYaml } from "../yaml/source.ts";

/**
 * Names of the tenants that the environment had at the commit the changes are counted from, and has no more: their
 * files were deleted, they were given another name, or `tenants:` does not mean them any longer.
 */
export async function removedTenants(
  environment: Environment,
  changes: Changes,
  cwd: string,
  exec: Pick<Exec, "run">,
): Promise<string[]> {
  const before = await filesBefore(changes, cwd, exec);
  const { file, source } = environment;
  const value = changes.files.has(file)
    ? parseYaml((await before.read([file])).get(file) ?? "", file).value
    : source.value;
  const named = namedBefore(value);
  // With another pattern a file may have gone without having been touched.
  const isSame = tenantsOf(value) === tenantsOf(source.value);
  const glob = named.glob === undefined ? undefined : parseGlob(posix.join(posix.dirname(file), named.glob));
  const wanted = before.names.filter(
    (name) => glob !== undefined && matchesPath(glob, name) && (!isSame || changes.files.has(name)),
  );
  const texts = await before.read(wanted);
  const names = [...texts].flatMap(([name, text]) => named.nameOf(parseYaml(text, name).value));
  const now = new Set(environment.tenants.map((tenant) => tenant.name));
  return [...new Set([...named.inPlace, ...names])].filter((name) => !now.has(name)).sort();
}

/** What an earlier `clearml.yaml` says about its tenants. */
function namedBefore(value: unknown) {
  const { values } = fileNames(value);
  const resolved = (text: string) => replacePlaceholders(text, (name) => values[name]);
  const nameOf = (tenant: unknown) =>
    isMap(tenant) && typeof tenant.name === "string" ? [resolved(tenant.name)] : [];
  const tenants = tenantsOf(value);
  return {
    nameOf,
    inPlace: Array.isArray(tenants) ? tenants.flatMap(nameOf) : [],
    glob: typeof tenants === "string" ? resolved(tenants) : undefined,
  };
}

function tenantsOf(value: unknown): unknown {
  return isMap(value) ? value.tenants : undefined;
}

/** The files of an earlier commit. Names are relative to the working folder. */
async function filesBefore({ since, prefix }: Changes, cwd: string, exec: Pick<Exec, "run">) {
  const git = async (args: readonly string[], stdin?: string) => {
    const options = { cwd, quiet: true, harmless: true, ...(stdin === undefined ? {} : { stdin }) };
    try {
      return (await exec.run("git", [...SAFE_GIT, ...args], options)).stdout;
    } catch (thrown) {
      throw unreadable(thrown);
    }
  };
  const tree = await git(["ls-tree", "-r", "-z", "--name-only", "--full-tree", since]);
  const names = tree.split("\0").flatMap((name) => (name === "" ? [] : [posix.relative(prefix, name)]));
  const known = new Set(names);
  return {
    names,
    /** Their texts, all by one process. */
    async read(wanted: readonly string[]): Promise<Map<string, string>> {
      const there = wanted.filter((name) => known.has(name));
      if (there.length === 0) return new Map();
      // A mark that no text holds tells the answers apart, whatever is in them.
      const mark = `${randomUUID()}:`;
      const asked = there.map((name) => `${since}:${posix.join(prefix, name)}\n`).join("");
      const answers = (await git(["cat-file", `--batch=${mark}`], asked)).split(`${mark}\n`).slice(1);
      return new Map(there.map((name, index) => [name, answers[index] ?? ""]));
    },
  };
}

function unreadable(thrown: unknown): UserError {
  return new UserError(
    {
      message: `input \`changed-since\`: git cannot read the earlier files: ${errorMessage(thrown)}`,
      hint: "check the repository out with its history (`fetch-depth: 0` of actions/checkout)",
    },
    { cause: thrown },
  );
}
