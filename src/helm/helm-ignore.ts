/** A line of a `.helmignore`. */
interface Pattern {
  isException: boolean;
  /** It ends with a slash: folders alone. */
  isFolder: boolean;
  /** Whether it stands for a path of the chart. */
  takes(path: string): boolean;
}

/**
 * What a `.helmignore` leaves out of a chart's folder. Helm's rules, which are not git's: `*` stops at slashes, `**` is
 * not known, and a line with an exclamation mark ignores what it does not name.
 * @returns whether a file is ignored, by its path in the chart
 */
export function helmIgnore(text: string): (path: string) => boolean {
  const patterns = [...text.split("\n"), "templates/.?*"].flatMap(patternOf);
  return (path) => {
    const steps = path.split("/");
    // A folder that is ignored takes everything in it along.
    return steps.some((_, index) => {
      const isFolder = index < steps.length - 1;
      return isIgnored(steps.slice(0, index + 1).join("/"), isFolder, patterns);
    });
  };
}

function isIgnored(path: string, isFolder: boolean, patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => {
    if (pattern.isException) return pattern.isFolder && !isFolder ? true : !pattern.takes(path);
    return (isFolder || !pattern.isFolder) && pattern.takes(path);
  });
}

function patternOf(line: string): Pattern[] {
  const rule = line.trim();
  if (rule === "" || rule.startsWith("#") || rule.includes("**")) return [];
  const isException = rule.startsWith("!");
  const named = isException ? rule.slice(1) : rule;
  const isFolder = named.endsWith("/");
  const glob = isFolder ? named.slice(0, -1) : named;
  const expression = globExpression(glob.replace(/^\//, ""));
  // A slash in it: the whole path counts, from the chart's folder on; else the name alone.
  const takes = glob.includes("/")
    ? (path: string) => expression.test(path)
    : (path: string) => expression.test(path.split("/").at(-1) ?? path);
  return [{ isException, isFolder, takes }];
}

/** Go's `filepath.Match`. */
function globExpression(glob: string): RegExp {
  const source = glob.replace(/\\(.)|\[(\^?)([^\]]+)\]|[\s\S]/g, (part, escaped, negated, set) => {
    if (escaped !== undefined) return plain(escaped);
    if (set !== undefined) return `[${negated}${set.replaceAll("[", "\\[")}]`;
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : plain(part);
  });
  return new RegExp(`^${source}$`);
}

function plain(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
