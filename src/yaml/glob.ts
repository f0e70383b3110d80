/**
 * Patterns of paths: `*` and `?` within a name, `[ab]` and `[!a-z]`, `{a,b}`, and `**` for any folders. As in a shell,
 * they do not mean names that begin with a dot. Not Node's own: a stranger can write a pattern on which that takes
 * longer than the universe is old; here it takes the length of the pattern times that of the name.
 */

/** A pattern as its alternatives, each a list of names to match one after the other. */
export type Glob = readonly (readonly string[])[];

const MOST_ALTERNATIVES = 100;
const MOST_CHARACTERS = 1000;

/** Reads a pattern; undefined when it, or what its braces stand for, is longer than anybody writes. */
export function parseGlob(pattern: string): Glob | undefined {
  if (pattern.length > MOST_CHARACTERS) return undefined;
  const alternatives = expanded(pattern, MOST_ALTERNATIVES);
  return (
    alternatives &&
    [...new Set(alternatives)].map((each) =>
      withName(each.split("/").filter((name, index, names) => name !== "**" || names[index - 1] !== "**")),
    )
  );
}

/** `a/**` means what lies in `a`, and not `a` itself. */
function withName(names: readonly string[]): readonly string[] {
  return names.at(-1) === "**" ? [...names, "*"] : names;
}

/** Whether a path is one that a pattern means. */
export function matchesPath(glob: Glob, path: string): boolean {
  return glob.some((names) => matchesNames(names, path.split("/")));
}

/** Whether a name of a pattern holds anything but itself. */
export function isWild(name: string): boolean {
  return /[*?[]/.test(name);
}

/** From the end to the start, so that every pair of rests is looked at once. */
function matchesNames(wanted: readonly string[], names: readonly string[]): boolean {
  let after = [...names.map(() => false), true];
  for (const want of wanted.toReversed()) {
    const here = after.map(() => false);
    for (let index = names.length; index >= 0; index--) {
      const name = names[index];
      if (want === "**")
        here[index] =
          after[index] || (name !== undefined && !name.startsWith(".") && here[index + 1] === true);
      else here[index] = name !== undefined && after[index + 1] === true && matchesName(want, name);
    }
    after = here;
  }
  return after[0] === true;
}

/** Whether a name matches one of a pattern. After a mismatch the last star takes one character more. */
export function matchesName(wanted: string, name: string): boolean {
  if (name.startsWith(".") && !wanted.startsWith(".")) return false;
  const tokens = tokensOf(wanted);
  const characters = Array.from(name);
  let token = 0;
  let star = -1;
  let resume = 0;
  for (let at = 0; at < characters.length; ) {
    const wants = tokens[token];
    if (wants === "*") {
      star = token++;
      resume = at;
    } else if (typeof wants === "function" && wants(characters[at] ?? "")) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else return false;
  }
  return tokens.slice(token).every((each) => each === "*");
}

type Token = "*" | ((character: string) => boolean);

function tokensOf(pattern: string): Token[] {
  const parts = pattern.match(/\*+|\[[!^]?\]?[^\]]*\]|./gsu) ?? [];
  return parts.map((part): Token => {
    if (part.startsWith("*")) return "*";
    if (part === "?") return () => true;
    return part.length > 2 && part.startsWith("[")
      ? classOf(part.slice(1, -1))
      : (character) => character === part;
  });
}

/** `a-z_`, or none of them after `!` or `^`. */
function classOf(text: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(text);
  const ranges = [...text.slice(isNegated ? 1 : 0).matchAll(/(.)-(.)|(.)/gsu)].map(
    ([, from, to, one]) => [from ?? one ?? "", to ?? one ?? ""] as const,
  );
  return (character) => ranges.some(([from, to]) => character >= from && character <= to) !== isNegated;
}

/** A pattern without braces, once for every choice. Braces without a comma are characters like others. */
function expanded(pattern: string, most: number): string[] | undefined {
  const [whole, before = "", inner = "", after = ""] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  const choices = inner.split(",");
  const rests: string[] = [];
  for (const choice of choices) {
    const more = rests.length < most ? expanded(before + choice + after, most - rests.length) : undefined;
    if (!more || rests.length + more.length > most) return undefined;
    rests.push(...more);
  }
  return rests;
}
