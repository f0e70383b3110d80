/** Names in one line. */
const SHOWN = 6;

/** The first of some names, and how many there are beside them: `a, b, c and 4 more`. */
export function shortList(names: readonly string[], most = SHOWN): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
