import { distance } from "fastest-levenshtein";

/** The known name a typing error most likely meant: at most two edits (one for short words) or other case. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: { name: string; edits: number } | undefined;
  for (const candidate of known) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= (candidate.length <= 4 ? 1 : 2) && edits < (best?.edits ?? 99))
      best = { name: candidate, edits };
  }
  return best?.name;
}

/** The repair for an unknown name: the one that was meant, else what may stand there. */
export function nearestHint(
  name: string,
  known: readonly string[],
  otherwise = `known: ${known.join(", ") || "none"}`,
): string {
  const nearest = nearestName(name, known);
  return nearest ? `did you mean \`${nearest}\`?` : otherwise;
}
