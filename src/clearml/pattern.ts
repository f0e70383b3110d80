/** A regular expression for the server's `name` filters that matches these names and nothing else. */
export function exactly(names: readonly string[]): string {
  // The filter is an unanchored pattern; escapes are those that Python and PCRE both know.
  const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return `^(?:${escaped.join("|")})$`;
}
