import { UserError } from "../core/errors.ts";
import { nearestHint } from "../yaml/nearest.ts";

/**
 * The names that a list of names and patterns means; `*` stands for any characters. All of them when the list is empty.
 * @param input whose list it is, for messages
 * @throws UserError when an item of the list means no name
 */
export function matchingNames(
  names: readonly string[],
  patterns: readonly string[],
  input: string,
): ReadonlySet<string> {
  if (patterns.length === 0) return new Set(names);
  const known = new Set(names);
  const found = new Set<string>();
  const problems = patterns.flatMap((pattern) => {
    const matches = pattern.includes("*") ? names.filter((name) => isMatch(pattern, name)) : [pattern];
    const there = matches.filter((name) => known.has(name));
    for (const name of there) found.add(name);
    // All of none is none.
    if (there.length > 0 || pattern === "*") return [];
    const hint = pattern.includes("*") ? "the environment has no such tenant" : nearestHint(pattern, names);
    return [{ message: `input \`${input}\`: \`${pattern}\` is the name of no tenant`, hint }];
  });
  if (problems.length > 0) throw new UserError(problems);
  return found;
}

function isMatch(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(name);
}
